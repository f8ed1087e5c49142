import { readFileSync } from 'node:fs';
import { judge, type MutationReport } from './judge.ts';
import { explanations } from './survivors.ts';

/** Holds Stryker's report to what `survivors.ts` explains. */
const report = JSON.parse(readFileSync('reports/mutation/report.json', 'utf8')) as MutationReport;
const { killed, timedOut, survived, score, complaints } = judge(report, explanations);

for (const complaint of complaints) console.error(complaint);
console.log(
  `${killed + timedOut + survived} mutants: ${killed} killed, ${timedOut} timed out, ` +
    `${survived} not noticed; score ${score.toFixed(2)} %`,
);
console.log(`${complaints.length === 0 ? 'passed' : 'FAILED'}: ${complaints.length} complaints`);
process.exitCode = complaints.length > 0 ? 1 : 0;
