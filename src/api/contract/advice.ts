import type { Contract } from './contract.ts';
import type { Cure, IncompatibleChange } from './incompatible-changes.ts';

/** What to do about changes that would break callers, as the failing test says it. */
export function adviceOn(changes: readonly IncompatibleChange[], published: Contract): string {
  const lines = changes.map(
    ({ at, what, cure }) => `  ${at}: ${what}\n    → ${adviceFor(cure, at, published)}`,
  );
  return [
    'The contract changed in a way that breaks callers:',
    '',
    ...lines,
    '',
    'docs/versioning.md says how to version and deprecate.',
  ].join('\n');
}

function adviceFor(cure: Cure, at: string, published: Contract): string {
  const procedure = published.procedures[at];
  const promise = procedure?.kind === 'keyed' ? procedure.promise : null;
  const version = promise?.version ?? 1;
  const hours = promise === null ? 0 : (promise.window.backMs + promise.window.aheadMs) / 3_600_000;
  const declare = `Declare in previous[${version}] how version ${version} is read: parseInput, resume and answer. Keep it until ${hours.toFixed(1)} h, the longest window, after the last node of version ${version} is gone.`;
  switch (cure) {
    case 'new-version':
      return `Raise \`version\` of its policy to ${version + 1}. ${declare}`;
    case 'declare-older-version':
      return declare;
    case 'new-procedure':
      return 'Leave it as it is, and add a procedure of another name beside it. Deprecate this one (`deprecated: { since, sunset, instead }`); after its sunset it may go.';
    case 'new-code':
      return 'Leave the code its meaning, and give the new meaning a code of its own.';
    case 'keep-the-day':
      return 'Callers were promised that day. A later one is no problem.';
  }
}
