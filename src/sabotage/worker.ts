/** A worker of the chaos build: the worker itself, with the seam in it. */
import { runWorker } from '../worker/main.ts';
import { prepareSeam, seam } from './seam.ts';

prepareSeam(process.env);
await runWorker(seam(process.env));
