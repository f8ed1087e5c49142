/**
 * Cleans up after a launcher that died without stopping what it had started, SIGKILL included.
 *
 * Its standard input is a pipe of which the launcher holds the other end and into which nothing is ever
 * written. The system closes that end when the launcher dies, in whatever way; then it is the guardian's
 * turn. A launcher that stops in order kills its guardian last.
 */
import { endLeftovers, tryLockDirectory } from './data-directory.ts';

const [path] = process.argv.slice(2);
if (!path) throw new Error('usage: guardian.ts <data directory>');

process.stdin.resume();
process.stdin.on('end', async () => {
  // No lock: the next launcher is there already, and has done this itself before it took over.
  using lock = tryLockDirectory(path);
  if (lock) await endLeftovers(path);
});
