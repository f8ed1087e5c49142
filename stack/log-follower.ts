import { closeSync, openSync, readSync, statSync } from 'node:fs';

const POLL_MS = 150;

/**
 * Hands over each line that is added to a file from now on. The programs write into the file themselves,
 * and this reads it: however slow the reader is, it never holds up a writer. Returns the way to stop it.
 */
export function followLog(path: string, onLine: (line: string) => void): () => void {
  let position = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let rest = '';
  const read = () => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= position) return;
    const bytes = Buffer.alloc(size - position);
    const file = openSync(path, 'r');
    position += readSync(file, bytes, 0, bytes.length, position);
    closeSync(file);
    const lines = (rest + bytes.toString()).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  };
  const timer = setInterval(read, POLL_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    read();
  };
}
