import Visitor from '@swc/core/Visitor.js';
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

/** Holds the rules of `.dependency-cruiser.mjs`, and holds that they saw the tree. */
const MODULES_AT_LEAST = 100;

/** swc parses `using`, but its visitor doesn't know it yet. It declares variables, so it is visited as such. */
// Its types name the class as the default export; in Node it is a member of the CommonJS module.
const visitor = (Visitor as unknown as { Visitor: typeof Visitor }).Visitor.prototype;
const { visitStatement } = visitor;
visitor.visitStatement = function (statement) {
  if ((statement.type as string) !== 'UsingDeclaration') return visitStatement.call(this, statement);
  const { decls } = statement as unknown as { decls: Parameters<typeof visitor.visitVariableDeclarators>[0] };
  this.visitVariableDeclarators(decls);
  return statement;
};

const options = await extractOptions('./.dependency-cruiser.mjs');
const { output } = await cruise(
  ['src', 'chaos', 'stack', 'sandbox', 'e2e', 'prisma', 'tools', 'examples'],
  options,
);
if (typeof output === 'string')
  throw new Error('dependency-cruiser gave a text where its result was asked for');

const { totalCruised, violations } = output.summary;
for (const { rule, from, to } of violations) {
  const reason = options.ruleSet?.forbidden?.find(({ name }) => name === rule.name)?.comment ?? '';
  console.error(`${from} → ${to}\n    ${rule.name}: ${reason}`);
}
if (totalCruised < MODULES_AT_LEAST)
  console.error(`Only ${totalCruised} modules were seen: the rules hold nothing.`);
console.log(`${totalCruised} modules, ${violations.length} forbidden imports`);
process.exitCode = violations.length > 0 || totalCruised < MODULES_AT_LEAST ? 1 : 0;
