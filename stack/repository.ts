import { fileURLToPath } from 'node:url';

/** The clone that this launcher belongs to: programs are started there, wherever the caller stands. */
export const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
