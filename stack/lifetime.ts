const POLL_MS = 500;
/** What a shell reports for a program that a signal ended. */
const EXIT_CODE = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Stops a launcher's stack when the launcher shall end, and then ends the launcher: at Ctrl-C, at
 * SIGTERM and SIGHUP, and when its parent is gone. The last is for npm, which a SIGTERM ends without
 * passing it on. A second signal doesn't wait any more; then the guardian does the rest.
 */
export function stopWithLauncher(stop: () => Promise<void>): void {
  const parent = process.ppid;
  let isStopping = false;
  const end = (code: number) => {
    if (isStopping) process.exit(code);
    isStopping = true;
    stop().then(
      () => process.exit(code),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const [signal, code] of Object.entries(EXIT_CODE)) process.on(signal, () => end(code));
  setInterval(() => {
    if (process.ppid !== parent && !isStopping) end(EXIT_CODE.SIGHUP);
  }, POLL_MS).unref();
}
