import { parseWebEnv } from '../env.ts';
import { createServices, type Services } from '../services.ts';
import { createHandler, type Handler } from './handler.ts';
import { metricsHandler } from './metrics-handler.ts';

/** What a web node answers with. */
interface WebNode {
  readonly handle: Handler;
  readonly metrics: Handler;
}

/** Next makes a module once a bundle, and this process must have one pool. */
const singleton = globalThis as { checkoutNode?: Promise<WebNode> };

/** The composition root of a web node. */
export function webNode(): Promise<WebNode> {
  return (singleton.checkoutNode ??= compose());
}

async function compose(): Promise<WebNode> {
  const env = parseWebEnv(process.env);
  const services = await controlled(createServices(env));
  return {
    handle: createHandler(services, env.COOKIE_SECRET),
    metrics: metricsHandler(services.metrics.registry, env.METRICS_TOKEN),
  };
}

async function controlled(services: Services): Promise<Services> {
  if (!(typeof PROTECTION_OFF === 'boolean' && PROTECTION_OFF)) return services;
  const { unprotectedPayments } = await import('./unprotected-payments.ts');
  return { ...services, payments: unprotectedPayments(services.payments, services.database) };
}
