import { describe, expect, test } from 'vitest';
import { describeMutant, judge, type MutationReport } from './judge.ts';

const source = ['if (age >= limit) {', '  give(up);', '}', 'return a + b;', ''].join('\n');

const condition = {
  mutatorName: 'EqualityOperator',
  replacement: 'age > limit',
  location: { start: { line: 1, column: 5 }, end: { line: 1, column: 17 } },
};
const block = {
  mutatorName: 'BlockStatement',
  replacement: '{}',
  location: { start: { line: 1, column: 19 }, end: { line: 3, column: 2 } },
};
const sum = {
  mutatorName: 'StatementDeletion',
  replacement: '',
  location: { start: { line: 4, column: 1 }, end: { line: 4, column: 14 } },
};

const CONDITION = 'if (age >= limit) { | age >= limit → age > limit';
const explanation = { file: 'core.ts', why: 'The limit is never met exactly.', mutants: [CONDITION] };

/** A report of as many mutants as there must be, of which the first has this status. */
function reportOf(status: string, others = 'Killed', count = 1_000): MutationReport {
  const mutants = Array.from({ length: count }, (_, index) =>
    index === 0 ? { ...condition, status } : { ...block, status: others },
  );
  return { files: { 'src/engine/core.ts': { source, mutants } } };
}

describe('a mutant is known by its text', () => {
  test('in its line', () => {
    expect(describeMutant(source, condition)).toBe(CONDITION);
  });

  test('over several lines', () => {
    expect(describeMutant(source, block)).toBe('if (age >= limit) { | { give(up); } → {}');
  });

  test('as its whole line', () => {
    expect(describeMutant(source, sum)).toBe('return a + b; → ');
  });

  test('wherever its line has moved', () => {
    const { start, end } = condition.location;
    const location = { start: { ...start, line: 2 }, end: { ...end, line: 2 } };
    expect(describeMutant(`\n${source}`, { ...condition, location })).toBe(CONDITION);
  });
});

describe('a report passes', () => {
  test('when every mutant was noticed, in time or out of it', () => {
    const verdict = judge(reportOf('Timeout'), []);
    expect(verdict).toEqual({ killed: 999, timedOut: 1, survived: 0, score: 100, complaints: [] });
  });

  test.each(['Survived', 'NoCoverage'])('when what is %s is explained', (status) => {
    expect(judge(reportOf(status), [explanation])).toMatchObject({ survived: 1, complaints: [] });
  });
});

describe('a report fails', () => {
  test.each(['Survived', 'NoCoverage'])('on a mutant that is %s and not explained', (status) => {
    expect(judge(reportOf(status), []).complaints).toEqual([`Unexplained, ${status}: core.ts: ${CONDITION}`]);
  });

  test('on an explanation whose mutant is killed', () => {
    const { complaints } = judge(reportOf('Killed'), [explanation]);
    expect(complaints).toEqual([`Explained, and doesn't survive: core.ts: ${CONDITION}`]);
  });

  test('on an explanation of another file', () => {
    const { complaints } = judge(reportOf('Survived'), [{ ...explanation, file: 'shell.ts' }]);
    expect(complaints).toHaveLength(2);
  });

  test.each(['Ignored', 'RuntimeError', 'CompileError', 'Pending'])('on a mutant that is %s', (status) => {
    expect(judge(reportOf(status), []).complaints).toEqual([`Not tried, ${status}: core.ts: ${CONDITION}`]);
  });

  test('below 90 %, whatever is explained', () => {
    const { start, end } = block.location;
    const mutants = Array.from({ length: 1_000 }, (_, index) =>
      index < 101
        ? { ...condition, status: 'Survived' }
        : { ...block, location: { start, end }, status: 'Killed' },
    );
    const { score, complaints } = judge({ files: { 'core.ts': { source, mutants } } }, [explanation]);
    expect(score).toBeCloseTo(89.9);
    expect(complaints).toEqual(['The score is 89.9 %, below 90 %']);
  });

  test('when there is next to nothing in it', () => {
    expect(judge({ files: {} }, []).complaints).toEqual([
      "Only 0 mutants: that isn't the core",
      'The score is 0.0 %, below 90 %',
    ]);
  });
});
