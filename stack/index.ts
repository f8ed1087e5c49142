/** The one door of this folder: programs and tests import nothing deeper, its own command line aside. */
export { ensureBuilt, isBuilt, type Build } from './build.ts';
export { findBrowser, presentBrowser } from './browser.ts';
export { cacheDirectory } from './cache-directory.ts';
export { ensureGenerated } from './generated-client.ts';
export type { Link } from './link.ts';
export type { ManagedProcess } from './managed-process.ts';
export { freePort } from './ports.ts';
export { packagedPrograms } from './postgres-home.ts';
export type { Postgres } from './postgres.ts';
export { removeData } from './remove-data.ts';
export { startStack, type Stack, type StackOptions } from './stack.ts';
export { startPostgres, startSandbox, startToxiproxy, type Standalone } from './standalone.ts';
export type { Sandbox } from './sandbox.ts';
export { presentToxiproxy, toxiproxyCommand } from './toxiproxy-binary.ts';
export type { Toxiproxy } from './toxiproxy.ts';
