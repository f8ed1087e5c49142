/** A worker of the chaos build: the worker itself, with the seam in it. */
import { resumables } from '../shop/resumables.ts';
import { runWorker } from '../worker/main.ts';
import { nextResumables } from './next-release/resumables.ts';
import { prepareSeam, seam } from './seam.ts';
import { seamSettings } from './settings.ts';

prepareSeam(process.env);
const { RELEASE } = seamSettings(process.env);
await runWorker(seam(process.env), RELEASE === 'next' ? nextResumables : resumables);
