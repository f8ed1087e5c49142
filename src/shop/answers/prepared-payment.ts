import { z } from 'zod';
import { currency, minor } from './money.ts';

export const preparedPayment = z.object({ paymentPrepared: z.literal(true), totalMinor: minor, currency });
export type PreparedPayment = z.output<typeof preparedPayment>;
