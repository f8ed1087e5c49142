/**
 * Who may import whom, each rule with its reason. `tools/check-imports.ts` runs it and fails if it
 * cruised nothing: a rule that sees no module forbids nothing.
 */
const tests = '\\.test\\.tsx?$|/testing/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'core-stands-alone',
      comment:
        'The engine’s core is pure: clock, chance and hash come through a port, so that tests own them.',
      severity: 'error',
      from: { path: '^src/idempotency/core', pathNot: tests },
      to: { pathNot: '^src/idempotency/core' },
    },
    {
      name: 'engine-is-liftable',
      comment:
        'The engine could be a package of its own, so it imports nothing else of the project, tests included.',
      severity: 'error',
      from: { path: '^src/idempotency' },
      to: {
        path: '^(src|stack|chaos|sandbox|e2e|prisma|tools|docs|bench|examples)/',
        pathNot: '^src/idempotency',
      },
    },
    {
      name: 'stores-and-transports-use-the-cores-door',
      comment: 'A store or a transport that reached behind the door would break with the core’s insides.',
      severity: 'error',
      from: { path: '^src/idempotency/(prisma|trpc|testing)' },
      to: { path: '^src/idempotency/core/(?!index\\.ts$)' },
    },
    {
      name: 'store-and-transport-are-strangers',
      comment: 'Either can be used without the other.',
      severity: 'error',
      from: { path: '^src/idempotency/(prisma|trpc)', pathNot: tests },
      to: { path: '^src/idempotency/(?!core/)(prisma|trpc)/', pathNot: '^src/idempotency/$1/' },
    },
    {
      name: 'engine-by-its-door',
      comment: 'Outside the engine only its public doors are imported.',
      severity: 'error',
      from: { path: '^(src|stack|chaos|e2e|examples)/', pathNot: '^src/idempotency' },
      to: {
        path: '^src/idempotency/',
        pathNot: '^src/idempotency/(index|(core|prisma|trpc|testing)/index|testing/memory-store)\\.ts$',
      },
    },
    {
      name: 'examples-use-only-the-engine',
      comment: 'An example shows what is possible with the engine alone; that it is a shop’s must not help.',
      severity: 'error',
      from: { path: '^examples', pathNot: tests },
      to: { path: '^(src|stack|chaos|sandbox|e2e|prisma|tools)/', pathNot: '^src/idempotency' },
    },
    {
      name: 'use-cases-know-no-vendor-or-transport',
      comment: 'The shop’s use cases know ports: the payment provider and tRPC can change without them.',
      severity: 'error',
      from: { path: '^src/shop' },
      to: { path: '^src/(api|app|ui|client|worker)/|stripe|@trpc|^node_modules/next' },
    },
    {
      name: 'client-knows-no-server-code',
      comment:
        'What runs in browsers takes types from the server, never code. The schemas of answers are for both sides.',
      severity: 'error',
      from: { path: '^src/(client|ui)', pathNot: tests },
      to: {
        path: '^src/(api|shop/(?!answers/)|database|idempotency|payments|worker|services|env)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'answers-are-schemas-only',
      comment: 'Browsers load the schemas of answers, and whatever these import comes along.',
      severity: 'error',
      from: { path: '^src/shop/answers' },
      to: { pathNot: '^src/shop/(answers/|delivery\\.ts$)|^node_modules/zod/' },
    },
    {
      name: 'client-is-free-of-react',
      comment: 'The link chain serves any caller; the harness drives it in Node.',
      severity: 'error',
      from: { path: '^src/client' },
      to: { path: '^node_modules/(react|next|@tanstack)' },
    },
    {
      name: 'routes-are-thin',
      comment: 'Routes reach the shop through tRPC only.',
      severity: 'error',
      from: { path: '^src/app' },
      to: { path: '^src/(shop|database|payments|worker|idempotency)' },
    },
    {
      name: 'only-composition-roots-wire',
      comment: 'Vendors are chosen in one place for both programs.',
      severity: 'error',
      from: { path: '^src', pathNot: `^src/(services\\.ts|payments/)|${tests}` },
      to: { path: '^src/payments/stripe-gateway' },
    },
    {
      name: 'sabotage-behind-the-seam',
      comment:
        'Bugs that are put in on purpose are loaded by the chaos build alone: where a program is put together, by an import that the production build drops.',
      severity: 'error',
      from: { path: '^src', pathNot: `^src/sabotage/|${tests}` },
      to: { path: '^src/sabotage/', dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'sabotage-at-the-roots',
      comment:
        'Only where a web node is put together can the seam be let in. A worker has an entry of its own.',
      severity: 'error',
      from: {
        path: '^src',
        pathNot: `^src/(sabotage/|api/web-node\\.ts|instrumentation\\.ts|proxy\\.ts)|${tests}`,
      },
      to: { path: '^src/sabotage/' },
    },
    {
      name: 'product-knows-no-harness',
      comment: 'The product must not know that it is being tested.',
      severity: 'error',
      from: { path: '^src', pathNot: tests },
      to: { path: '^(chaos|stack|e2e|sandbox)/' },
    },
    {
      name: 'oracle-shares-no-code-with-the-product',
      comment:
        'An oracle that shares the product’s code shares its bugs. Only the workload clients drive the product’s own links, and the simulation is made of what it runs.',
      severity: 'error',
      from: { path: '^chaos', pathNot: '^chaos/(clients|simulate)/' },
      to: { path: '^src', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workload-clients-by-the-clients-door',
      comment: 'The workload clients use the product’s link chain as anyone would.',
      severity: 'error',
      from: { path: '^chaos/clients' },
      to: { path: '^src/(?!client/index\\.ts$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'simulation-runs-the-product-by-its-doors',
      comment:
        'The simulation runs the real client and the real engine in one process: by their doors, with the memory store, and with the shop’s own charge and refusals, which need no database.',
      severity: 'error',
      from: { path: '^chaos/simulate' },
      to: {
        path: '^src',
        pathNot:
          '^src/(client/index|idempotency/(index|trpc/index|testing/memory-store)|payments/payments|shop/(checkout/charge|refusals))\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'oracle-knows-no-simulation',
      comment: 'What judges must not depend on what is judged: the simulation is made of the product.',
      severity: 'error',
      from: { path: '^chaos', pathNot: '^chaos/(simulate|cli)/' },
      to: { path: '^chaos/simulate' },
    },
    {
      name: 'stack-by-its-door',
      comment: 'The launcher has one door.',
      severity: 'error',
      from: { path: '^(chaos|e2e)/' },
      to: { path: '^stack/(?!index\\.ts$|testing/)' },
    },
    {
      name: 'sandbox-is-a-program-of-its-own',
      comment: 'The witness of what was charged must not share code with what it witnesses.',
      severity: 'error',
      from: { path: '^sandbox' },
      to: { path: '^(src|chaos|e2e)/' },
    },
    {
      name: 'no-circles',
      comment: 'A circle is one module in two files.',
      severity: 'error',
      from: { pathNot: 'src/database/generated' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|src/database/generated' },
    exclude: { path: '\\.next|reports/' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
