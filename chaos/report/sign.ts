import type { Verdict } from './report.ts';

/** By its shape, so that it can be told without colour. */
export const SIGN: Readonly<Record<Verdict, string>> = { valid: '✔', invalid: '✘', unknown: '?' };
