import { parseWebEnv } from '../env.ts';
import { createServices } from '../services.ts';
import { createHandler, type Handler } from './handler.ts';

/** Next makes a module once a bundle, and this process must have one pool. */
const singleton = globalThis as { checkoutHandler?: Handler };

/** The composition root of a web node. */
export function webNodeHandler(): Handler {
  return (singleton.checkoutHandler ??= compose());
}

function compose(): Handler {
  const env = parseWebEnv(process.env);
  return createHandler(createServices(env), env.COOKIE_SECRET);
}
