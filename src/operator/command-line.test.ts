import { describe, expect, test } from 'vitest';
import { runCommandLine } from './command-line.ts';

const KEY = '0199f2c1-7a3b-7000-8000-000000000000';

describe('what is mistyped is refused before anything is connected', () => {
  test.each([
    [['show', 'op_1'], /neither an operation’s id/],
    [['show', `${KEY}0`], /neither an operation’s id/],
    // A retry is for exactly one operation; a key may name several.
    [['retry', KEY], /no operation’s id/],
    [['retry'], /missing required argument/],
    [['retry', 'op_1', 'op_2'], /too many arguments|no operation’s id/],
    [['list', '--state', 'lost'], /Allowed choices are stuck, unsettled/],
    [['list', '--limit', '0'], /no whole number from 1 to 1000/],
    [['list', '--limit', '1001'], /no whole number from 1 to 1000/],
    [['list', '--stat', 'stuck'], /unknown option '--stat'[^]*Did you mean --state/],
    [['lsit'], /unknown command 'lsit'[^]*Did you mean list/],
    [[], /Usage: operations/],
  ])('%j', async (argv, sentence) => {
    let [out, err] = ['', ''];
    const code = await runCommandLine(argv, {
      connect: () => expect.fail('It connected.'),
      print: (text) => (out += text),
      printError: (text) => (err += text),
    });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(sentence);
  });
});
