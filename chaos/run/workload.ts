import { PlainShopper } from '../clients/plain.ts';
import type { PayEnd, Shopper } from '../clients/shopper.ts';
import { acknowledgementsOf } from '../history/acknowledgements.ts';
import type { Acknowledgement } from '../history/acknowledgements.ts';
import { goodCard, otherCard } from '../schedule/draw-intent.ts';
import { BrowserShopper } from '../clients/browser.ts';
import { CLIENT_NAMES } from '../schedule/schedule.ts';
import type { PlannedIntent, Role } from '../schedule/schedule.ts';
import type { Run } from './run.ts';

/**
 * What a scenario does around a purchase that it hits. It presses Pay itself, by calling `pay`, when
 * everything is ready for it, and returns how that ended.
 */
export type Hit = (intent: PlannedIntent, pay: () => Promise<PayEnd>) => Promise<PayEnd>;

/** Customers of one client who are in the shop at once: enough to meet each other, few enough for two cores. */
const AT_ONCE = 4;

/** Plays these intents, each in its role, both clients side by side. */
export async function play(run: Run, intents: readonly PlannedIntent[], hit: Hit = unharmed): Promise<void> {
  await everyone(
    CLIENT_NAMES.map((client) => {
      const queue = intents.filter((intent) => intent.client === client);
      const worker = async () => {
        for (let intent = queue.shift(); intent !== undefined; intent = queue.shift()) {
          run.signal.throwIfAborted();
          await run.shopper(intent).prepare();
          await act(run, intent, hit);
        }
      };
      return everyone(Array.from({ length: AT_ONCE }, worker));
    }),
  );
}

/** Brings these intents to the button, so that all can press it at one moment. */
export async function prepare(run: Run, intents: readonly PlannedIntent[]): Promise<void> {
  const queue = [...intents];
  const worker = async () => {
    for (let intent = queue.shift(); intent !== undefined; intent = queue.shift())
      await run.shopper(intent).prepare();
  };
  await everyone(Array.from({ length: 2 * AT_ONCE }, worker));
}

/** Those who send one request, and don't stay for what comes of it. */
const ASK_ONCE: ReadonlySet<Role> = new Set([
  'give-up',
  'come-back',
  'change-mind',
  'impatient',
  'swap-card',
]);

/** Presses Pay for an intent that is prepared, in its role. */
function press(run: Run, intent: PlannedIntent): Promise<PayEnd> {
  return run.shopper(intent).pay(intent.paymentMethod, ASK_ONCE.has(intent.role) ? { maxAttempts: 1 } : {});
}

/** As Promise.all, but nobody is left behind running when one fails. */
export async function everyone<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

const unharmed: Hit = (_intent, pay) => pay();

/** What a customer does who stands at the button, in their role. */
export async function act(run: Run, intent: PlannedIntent, around: Hit): Promise<void> {
  const shopper = run.shopper(intent);
  switch (intent.role) {
    case 'buy':
    case 'give-up':
    case 'decline':
    case 'after-healing':
      await around(intent, () => press(run, intent));
      return;
    case 'decline-then-buy': {
      const end = await around(intent, () => press(run, intent));
      // Another card only after the definite word on the first: before it, both might be charged.
      if (end.type === 'refused') await shopper.pay(goodCard(intent.nonce));
      return;
    }
    case 'come-back':
      await around(intent, () => press(run, intent));
      await shopper.payAgain();
      return;
    case 'change-mind': {
      const end = await around(intent, () => press(run, intent));
      // A new key only once it's certain that no copy of the first request can do anything any more.
      if (end.type === 'unknown' && (await shopper.closeKey())) await shopper.pay(intent.paymentMethod);
      return;
    }
    case 'impatient':
      if ((await around(intent, () => press(run, intent))).type === 'unknown')
        await shopper.pay(otherCard(intent.nonce));
      return;
    case 'double-submit':
      await around(intent, () => pressInTabs(run, intent));
      return;
    case 'reuse-key':
      await around(intent, () => press(run, intent));
      if (!(shopper instanceof PlainShopper)) throw new Error('Bug: only the plain client can reuse a key');
      await shopper.reuseKey(otherCard(intent.nonce));
      return;
    case 'swap-card': {
      const end = await around(intent, () => press(run, intent));
      if (!(shopper instanceof PlainShopper)) throw new Error('Bug: only the plain client can reuse a key');
      if (end.type === 'unknown') await shopper.swapCard(otherCard(intent.nonce));
      return;
    }
    case 'eavesdrop': {
      await around(intent, () => press(run, intent));
      if (!(shopper instanceof PlainShopper))
        throw new Error('Bug: only the plain client takes others’ keys');
      const { event } = acknowledgementOfAnother(run, intent) ?? {};
      if (event?.key && event.intent) await shopper.askOutcomeOf(event.key, event.intent);
      return;
    }
    case 'reload':
      await around(intent, () => inBrowser(shopper).payAndReload(intent.paymentMethod));
      return;
    case 'go-back':
      await around(intent, () => inBrowser(shopper).payAndGoBack(intent.paymentMethod));
      return;
    case 'close-and-return':
      await around(intent, () => inBrowser(shopper).payAndClose(intent.paymentMethod));
      return;
    case 'snoop':
      await around(intent, () => press(run, intent));
      await snoop(run, intent);
      return;
    default:
      intent.role satisfies never;
  }
}

function inBrowser(shopper: Shopper): BrowserShopper {
  if (!(shopper instanceof BrowserShopper))
    throw new Error('Bug: only a browser has tabs to reload or close');
  return shopper;
}

/** Presses in several tabs at once. How it ended is what the first of them says. */
async function pressInTabs(run: Run, intent: PlannedIntent): Promise<PayEnd> {
  const tabs = Array.from({ length: intent.presses }, (_, index) => index + 1);
  const [first] = await everyone(tabs.map((tab) => run.shopper(intent).pay(intent.paymentMethod, { tab })));
  return first ?? { type: 'unknown', why: 'nothing_pressed' };
}

/** Looks at the own orders, and for one of a stranger. */
async function snoop(run: Run, intent: PlannedIntent): Promise<void> {
  const shopper = run.shopper(intent);
  await shopper.listOrders();
  const stranger = acknowledgementOfAnother(run, intent);
  if (stranger?.event.intent === null || stranger?.event.intent === undefined) return;
  await shopper.readOrder(stranger.order.orderId, stranger.event.intent);
}

/** The last one that somebody else got for an attempt. */
function acknowledgementOfAnother(run: Run, { nonce }: PlannedIntent): Acknowledgement | undefined {
  return acknowledgementsOf(run.history.events).findLast(
    ({ event }) => event.f === 'placeOrder' && event.intent !== nonce,
  );
}
