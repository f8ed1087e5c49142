import type { AnyTRPCRouter } from '@trpc/server';
import { parseWebEnv } from '../env.ts';
import { createServices, type ServiceOptions } from '../services.ts';
import { createHandler, type Handler } from './handler.ts';
import { metricsHandler } from './metrics-handler.ts';

/** What a web node answers with. */
interface WebNode {
  readonly handle: Handler;
  readonly metrics: Handler;
}

/** What a chaos build may put between the parts, and what it may serve in the place of this release. */
interface Seam {
  readonly parts?: ServiceOptions;
  readonly router?: AnyTRPCRouter;
}

/** Next makes a module once a bundle, and this process must have one pool. */
const singleton = globalThis as { checkoutNode?: Promise<WebNode> };

/** The composition root of a web node. */
export function webNode(): Promise<WebNode> {
  return (singleton.checkoutNode ??= compose());
}

async function compose(): Promise<WebNode> {
  const env = parseWebEnv(process.env);
  const { parts, router } = await seam();
  const services = createServices(env, parts);
  // Next answers what it has begun and then exits; the trail has until then.
  process.once('SIGTERM', () => void services.audit.flush());
  return {
    handle: createHandler(services, env.COOKIE_SECRET, router),
    metrics: metricsHandler(services.metrics.registry, env.METRICS_TOKEN),
  };
}

/** Nothing, but in the chaos build. */
async function seam(): Promise<Seam> {
  if (!(typeof CHAOS_SEAM === 'boolean' && CHAOS_SEAM)) return {};
  const { seamOfWeb } = await import('../sabotage/web.ts');
  return seamOfWeb(process.env);
}
