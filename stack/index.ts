/** The one door of this folder: programs and tests import nothing deeper, its own command line aside. */
export { ensureBuilt, type Build } from './build.ts';
export { findBrowser } from './browser.ts';
export { ensureGenerated } from './generated-client.ts';
export type { Link } from './link.ts';
export type { ManagedProcess } from './managed-process.ts';
export { freePort } from './ports.ts';
export type { Postgres } from './postgres.ts';
export { removeData } from './remove-data.ts';
export { startStack, type Stack, type StackOptions } from './stack.ts';
export { startPostgres, startSandbox, startToxiproxy, type Standalone } from './standalone.ts';
export type { Sandbox } from './sandbox.ts';
export type { Toxiproxy } from './toxiproxy.ts';
