import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missing, there } from '../doctor/check.ts';
import { checksOf, memoryFinding, nodeFinding } from '../doctor/checks.ts';
import { CommandBench } from '../testing/command.ts';

let bench: CommandBench;
beforeEach(() => void (bench = new CommandBench()));
afterEach(() => bench[Symbol.dispose]());

const present = { name: 'Node', isNeeded: true, look: () => there('24.1.0') };
const browser = {
  name: 'Chromium',
  isNeeded: false,
  look: () => missing('not here', 'apt-get install chromium'),
};
const disk = { name: 'free disk', isNeeded: true, look: async () => missing('3 MB', 'rm -r reports') };

describe('doctor', () => {
  test('is content with what is needed, and names what else there could be, each with how to get it', async () => {
    const { code, out } = await bench.type('doctor', undefined, { checks: [present, browser] });
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      '✔ Node      ok: 24.1.0',
      '– Chromium  missing: not here',
      '            → apt-get install chromium',
      '',
      'Everything that is needed is here.',
      '',
    ]);
  });

  test('ends with 3 where something that is needed is missing', async () => {
    const { code, out } = await bench.type('doctor', undefined, { checks: [present, disk, browser] });
    expect(code).toBe(3);
    expect(out).toContain('✘ free disk  missing: 3 MB\n             → rm -r reports');
  });

  test('looks at this machine, and ends as its lines say', async () => {
    const { code, out } = await bench.type('doctor', undefined, { checks: checksOf(bench.reportsDir) });
    // Whoever runs this has these; the others may be missing.
    for (const name of ['Node', 'Postgres', 'writing reports'])
      expect(out).toMatch(new RegExp(`^✔ ${name} +ok: `, 'm'));
    expect(code).toBe(out.includes('✘') ? 3 : 0);
  });
});

describe('a check', () => {
  test('wants the Node that the project runs on', () => {
    expect(nodeFinding('24.21.0').isThere).toBe(true);
    expect(nodeFinding('20.20.2')).toMatchObject({ isThere: false, get: expect.stringContaining('npm ci') });
  });

  test('wants memory enough', () => {
    expect(memoryFinding(4_000).isThere).toBe(true);
    expect(memoryFinding(300)).toMatchObject({ isThere: false, detail: '300 MB, and 1500 MB are needed' });
  });

  test('says when reports can’t be written', async () => {
    // What root may not write either: a directory where a file is.
    const file = join(bench.reportsDir, 'file');
    writeFileSync(file, '');
    const checks = checksOf(join(file, 'reports')).filter(
      ({ name }) => name === 'writing reports' || name === 'free disk',
    );
    const findings = [];
    for (const { look } of checks) findings.push(await look());
    expect(findings.map(({ isThere }) => isThere)).toEqual([false, false]);
  });
});
