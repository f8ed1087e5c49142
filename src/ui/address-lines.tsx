import type { ReactNode } from 'react';
import { countryName } from './countries.ts';

interface AddressLinesProps {
  readonly fullName: string;
  readonly address: {
    line1: string;
    line2: string | null;
    city: string;
    postalCode: string;
    country: string;
  };
}

export function AddressLines({ fullName, address }: AddressLinesProps): ReactNode {
  return (
    <address className="leading-relaxed break-words not-italic">
      {fullName}
      <br />
      {address.line1}
      <br />
      {address.line2 !== null && address.line2 !== '' && (
        <>
          {address.line2}
          <br />
        </>
      )}
      {address.postalCode} {address.city}
      <br />
      {countryName(address.country)}
    </address>
  );
}
