import { appRouter } from '../app-router.ts';
import { proceduresOf } from '../procedures.ts';
import { makeContract } from './make-contract.ts';

/** What this shop promises. */
export const publishedContract = makeContract(proceduresOf(appRouter));
