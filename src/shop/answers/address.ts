import { z } from 'zod';

export const contact = z.object({ email: z.string(), fullName: z.string() });
export type Contact = z.output<typeof contact>;

export const address = z.object({
  line1: z.string(),
  line2: z.string().nullable(),
  city: z.string(),
  postalCode: z.string(),
  country: z.string().describe('ISO 3166-1 alpha-2.'),
});
export type Address = z.output<typeof address>;
