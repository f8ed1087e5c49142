/** Is told what is being done, one short line at a time, by whatever takes more than a moment. */
export type Progress = (line: string) => void;

export const silent: Progress = () => {};

/** On standard output: what was asked for. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** On standard error: standard output is for results. */
export const toTerminal: Progress = (line) => void process.stderr.write(`  ${line}\n`);
