import { z } from 'zod';

/** An amount of money. Whole cents: no sum is ever rounded. */
export const minor = z.int().describe('Minor units: cents.');
export const currency = z.string().length(3).describe('ISO 4217.');
