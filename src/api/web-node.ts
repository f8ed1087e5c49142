import { parseWebEnv } from '../env.ts';
import { createServices, type Services } from '../services.ts';
import { createHandler, type Handler } from './handler.ts';

/** Next makes a module once a bundle, and this process must have one pool. */
const singleton = globalThis as { checkoutHandler?: Promise<Handler> };

/** The composition root of a web node. */
export function webNodeHandler(): Promise<Handler> {
  return (singleton.checkoutHandler ??= compose());
}

async function compose(): Promise<Handler> {
  const env = parseWebEnv(process.env);
  return createHandler(await controlled(createServices(env)), env.COOKIE_SECRET);
}

async function controlled(services: Services): Promise<Services> {
  if (!(typeof PROTECTION_OFF === 'boolean' && PROTECTION_OFF)) return services;
  const { unprotectedPayments } = await import('./unprotected-payments.ts');
  return { ...services, payments: unprotectedPayments(services.payments, services.database) };
}
