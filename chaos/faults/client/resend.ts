import { z } from 'zod';
import { clientFault } from './client-fault.ts';

/** Each attempt to pay leaves the machine twice, byte for byte, and its owner knows of one. */
export const resend = clientFault({
  name: 'resend',
  label: 'sent twice',
  params: z.strictObject({}),
  draw: () => ({}),
  describe: (_params, target) =>
    `each attempt of ${target} to pay leaves twice, and only one of them is known of`,
  bites: 'arrived-twice',
  quirk: () => ({ resends: true }),
  shows(watch, { nonce }) {
    const attempts = watch.arrivals(nonce).map(({ key, attempt }) => `${key} ${attempt}`);
    return new Set(attempts).size < attempts.length;
  },
});
