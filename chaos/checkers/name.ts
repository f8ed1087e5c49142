/** The invariants, one checker each. */
export const CHECKER_NAMES = [
  'one-order-per-intent',
  'one-capture-per-intent',
  'acknowledged-orders-exist',
  'answers-are-well-formed',
  'definite-failures-leave-nothing',
  'paid-orders-were-asked-for',
  'refusals-have-a-cause',
  'retried-intents-end-paid',
  'calls-end-in-time',
  'attempts-stay-in-budget',
  'one-payload-per-key',
  'same-key-same-bytes',
  'money-balances',
  'stock-is-conserved',
  'status-moves-forward',
  'orders-are-private',
  'nothing-stays-unsettled',
  'pages-tell-the-truth',
] as const;

export type CheckerName = (typeof CHECKER_NAMES)[number];

/**
 * The premises that any honest run meets: somebody bought something, was told so, and everything
 * came to rest. The others need something planted (a declined card, a reused key, a stranger who
 * looks), which not every scenario does; a scenario that does names them in `exercises`.
 */
export const CORE_CHECKERS: readonly CheckerName[] = [
  'one-order-per-intent',
  'one-capture-per-intent',
  'acknowledged-orders-exist',
  'answers-are-well-formed',
  'paid-orders-were-asked-for',
  'retried-intents-end-paid',
  'calls-end-in-time',
  'attempts-stay-in-budget',
  'money-balances',
  'stock-is-conserved',
  'status-moves-forward',
  'nothing-stays-unsettled',
];
