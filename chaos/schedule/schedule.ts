import { z } from 'zod';
import { PLANTED_CAUSES } from '../final-state.ts';
import type { Intent } from '../final-state.ts';
import { healMomentSchema, momentSchema } from './moment.ts';
import type { HealMoment, Moment } from './moment.ts';

/**
 * Everything that chance decides in a run, drawn before anything begins, and saved beside the history. It is
 * plain JSON: it can be played again, and made smaller, without whoever drew it.
 */
export interface Schedule {
  /** All other draws of the run come from its streams too (`random.ts`). */
  seed: string;
  scenario: string;
  part: Part;
  topology: TopologyPlan;
  /** What both clients allow themselves. */
  limits: ClientLimits;
  /** Products that only the harness sells. */
  products: Product[];
  intents: PlannedIntent[];
  faults: PlannedFault[];
}

/** The runs of one scenario: the real one, and the control with the protection off, without and with the fault. */
export const PARTS = ['protected', 'control-without-fault', 'control-with-fault'] as const;
export type Part = (typeof PARTS)[number];

export interface TopologyPlan {
  webNodes: number;
  workers: number;
  /** Settings of Postgres beside the stack's own. */
  postgresSettings?: Record<string, string> | undefined;
  /** Its processes say where they stand in the protocol, and wait to be told to go on: a chaos build. */
  failpoints?: boolean | undefined;
  /** Its processes can be started again as the shop's next release (`redeploy`): a chaos build. */
  nextRelease?: boolean | undefined;
  /** By how much the clock of a process is wrong, by its name (`web-1`): a chaos build. */
  clockSkewMs?: Record<string, number> | undefined;
  /** It isn't the shop's. */
  foreign?: ForeignGround | undefined;
}

/** What there is of an app that isn't the shop (`another-app/`). */
export interface ForeignGround {
  /** The file that describes it, by its whole path. */
  appFile: string;
  /** Whoever played it said that it may be on other machines. */
  allowRemote: boolean;
  links: string[];
  /** Those of its processes that can be stopped. */
  processes: string[];
}

export interface ClientLimits {
  /** One attempt. */
  attemptTimeoutMs: number;
  /** Attempts of one call, the first included. */
  maxAttempts: number;
  /** All attempts of one call together. */
  totalBudgetMs: number;
  backoffBaseMs: number;
  backoffCapMs: number;
}

export interface Product {
  sku: string;
  /** How many of it there are at the beginning. */
  stock: number;
}

/** What a customer does at the button. */
export const ROLES = [
  /** Pays, and goes on until told. */
  'buy',
  /** Pays once, and goes away without an answer if none comes. */
  'give-up',
  /** Has a bad card and no other. */
  'decline',
  /** Has a bad card, is told so, and takes a good one. */
  'decline-then-buy',
  /** Presses several times, each in a tab, at the same moment. */
  'double-submit',
  /** Buys, and sends the key once more with another card: a client with a bug. */
  'reuse-key',
  /** Buys, looks at its orders, and asks for one that is somebody else's. */
  'snoop',
  /** Pays once, gets no answer, and sends the key again and again with another card: a client with a bug. */
  'swap-card',
  /** Buys, and asks what became of a stranger's key. */
  'eavesdrop',
  /** In a browser: reloads while it waits. */
  'reload',
  /** In a browser: goes back while it waits, and comes again. */
  'go-back',
  /** In a browser: closes the tab while it waits, and comes again in another. */
  'close-and-return',
  /** Pays, leaves before the answer, and comes back to what the browser kept of it. */
  'come-back',
  /** Pays, gets no answer, closes that attempt for good, and pays anew. */
  'change-mind',
  /** Pays, gets no answer, and pays with another card at once: a client that doesn't keep to the contract. */
  'impatient',
  /** Comes when everything is healed. */
  'after-healing',
] as const;
export type Role = (typeof ROLES)[number];

export const CLIENT_NAMES = ['plain', 'product', 'browser'] as const;
/** Those who know the shop by its API alone. */
export const API_CLIENTS = ['plain', 'product'] as const satisfies ClientName[];
export type ClientName = (typeof CLIENT_NAMES)[number];

export interface PlannedIntent extends Intent {
  role: Role;
  lines: { sku: string; quantity: number }[];
  delivery: 'standard' | 'express';
  /** The web node that takes the first request of each call, from 1 on; the next takes the next. */
  homeNode: number;
  /** How often `double-submit` presses; of everybody else 1. */
  presses: number;
  /** Whoever stands at the button presses it then; null: at once. */
  pressAt: Moment | null;
  /** What happens to it, by the scenario's own name for it; null: nothing on purpose. */
  hit: string | null;
  /** The long form has several: those of one are hit together. */
  round: number;
}

/** A fault that is to happen: what, where, when, and for how long. */
export interface PlannedFault {
  /** No other of the schedule has it: moments name each other's faults by it. */
  id: string;
  /** Its name in the catalogue (`faults/catalogue.ts`). */
  fault: string;
  /** What it hits: a link (`db@web-1`), a process (`web-2`), or a customer (`plain-3`). */
  target: string;
  /** As the fault of that name takes them. */
  params: Record<string, unknown>;
  trigger: Moment;
  heal: HealMoment;
}

const name = z.string().min(1);
const count = z.number().int().positive();
const milliseconds = z.number().int().positive();

const plannedIntent: z.ZodType<PlannedIntent> = z.strictObject({
  nonce: z.string().regex(/^[a-z0-9]+$/, 'lower-case letters and digits'),
  customer: name,
  client: z.enum(CLIENT_NAMES),
  planted: z.array(z.enum(PLANTED_CAUSES)),
  email: name,
  paymentMethod: name,
  role: z.enum(ROLES),
  lines: z.array(z.strictObject({ sku: name, quantity: count })).min(1),
  delivery: z.enum(['standard', 'express']),
  homeNode: count,
  presses: count,
  pressAt: momentSchema.nullable(),
  hit: name.nullable(),
  round: count,
});

const plannedFault: z.ZodType<PlannedFault> = z.strictObject({
  id: name,
  fault: name,
  target: name,
  params: z.record(z.string(), z.json()),
  trigger: momentSchema,
  heal: healMomentSchema,
});

/** Its form alone; that it makes sense as a whole is asked by `complaintsAbout`. */
export const scheduleSchema: z.ZodType<Schedule> = z.strictObject({
  seed: z.string(),
  scenario: name,
  part: z.enum(PARTS),
  topology: z.strictObject({
    webNodes: count,
    workers: z.number().int().nonnegative(),
    postgresSettings: z.record(z.string(), z.string()).optional(),
    failpoints: z.boolean().optional(),
    nextRelease: z.boolean().optional(),
    clockSkewMs: z.record(z.string(), z.number().int()).optional(),
    foreign: z
      .strictObject({
        appFile: name,
        allowRemote: z.boolean(),
        links: z.array(name),
        processes: z.array(name),
      })
      .optional(),
  }),
  limits: z.strictObject({
    attemptTimeoutMs: milliseconds,
    maxAttempts: count,
    totalBudgetMs: milliseconds,
    backoffBaseMs: milliseconds,
    backoffCapMs: milliseconds,
  }),
  products: z.array(z.strictObject({ sku: name, stock: count })),
  intents: z.array(plannedIntent).min(1),
  faults: z.array(plannedFault),
});
