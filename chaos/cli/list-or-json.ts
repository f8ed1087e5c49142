import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { CommandLine } from './command-line.ts';

/** A table for people, or JSON for programs, and where it goes. */
export interface ListOrJson {
  name: 'list' | 'json';
  /** Null: standard output. */
  file: string | null;
}

/** `--reporter`, of the commands whose outcome isn't a run's report. */
export function listOrJsonOption(): Option {
  return new Option('--reporter <reporters>', 'list, json; with :file into a file')
    .argParser(parse)
    .default([{ name: 'list', file: null }], 'list');
}

function parse(text: string): ListOrJson[] {
  return text.split(',').map((part): ListOrJson => {
    const [word = '', ...rest] = part.split(':');
    const file = rest.length === 0 ? null : rest.join(':');
    if ((word !== 'list' && word !== 'json') || file === '')
      throw new InvalidArgumentError(`'${part}' is no reporter here: say list or json, or json:file.`);
    return { name: word, file };
  });
}

/** Prints and writes what was asked for. JSON that is printed is alone on its stream. */
export function publishListOrJson(
  reporters: readonly ListOrJson[],
  texts: Record<ListOrJson['name'], () => string>,
  io: CommandLine,
): void {
  const machinePrints = reporters.some(({ name, file }) => name === 'json' && file === null);
  for (const { name, file } of reporters) {
    const text = texts[name]();
    if (file !== null) writeInto(file, text);
    else if (name === 'list' && machinePrints) io.printError(text);
    else io.print(text);
  }
}

function writeInto(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
