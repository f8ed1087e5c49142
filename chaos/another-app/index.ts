/** The one door of this folder. */
export { AppMistake } from './app-mistake.ts';
export { reachAll } from './app-links.ts';
export type { AppFile } from './app.ts';
export { loadApp } from './load-app.ts';
export { playerOf } from './play-app.ts';
