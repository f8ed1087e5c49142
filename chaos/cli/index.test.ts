import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommandBench } from '../testing/command.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

let bench: CommandBench;
beforeEach(() => void (bench = new CommandBench()));
afterEach(() => bench[Symbol.dispose]());

/** First words of the lines of a help's section. */
async function helped(line: string, section: 'Commands' | 'Options', word: RegExp): Promise<string[]> {
  const { out } = await bench.type(line);
  const [, lines = ''] = new RegExp(`${section}:\n(.*?)(?:\n\n|$)`, 's').exec(out) ?? [];
  return [...lines.matchAll(word)]
    .map(([, first = '']) => first)
    .filter((first) => !/^(help|-h)$/.test(first));
}

/** What the rows of a table name, in backquotes at their beginning. */
function documented(head: string, word: RegExp): string[] {
  const [, rows = ''] = new RegExp(`\\| ${head} \\|.*?\n\\|---.*?\n(.*?)\n\n`, 's').exec(README) ?? [];
  return rows
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(word)].map(([, name = '']) => name));
}

test('the commands are documented as they are', async () => {
  const commands = await helped('--help', 'Commands', /^ {2}([a-z]+)/gm);
  expect(documented('command', /^ `([a-z]+)/g)).toEqual(commands);
});

test('the options of run are documented as they are', async () => {
  const options = await helped('run --help', 'Options', /^ {2}(-h|--[a-z-]+)/gm);
  expect(documented('option of `run`', /`(--[a-z-]+)/g).toSorted()).toEqual(options.toSorted());
});

test('a mistyped command or option is refused, and the one that is meant is named', async () => {
  const command = await bench.type('replya last');
  expect(command).toMatchObject({ code: 2, ran: [] });
  expect(command.err).toContain('(Did you mean replay?)');
  const option = await bench.type('shrink last --confrim 3');
  expect(option).toMatchObject({ code: 2, ran: [] });
  expect(option.err).toContain('(Did you mean --confirm?)');
});
