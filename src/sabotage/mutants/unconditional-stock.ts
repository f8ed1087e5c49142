import pg from 'pg';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 30: stock is taken without a condition. Somebody has looked before, and there was enough; by now
 * there isn't.
 *
 * Hidden by the CHECK on the row.
 */
export const unconditionalStock: Sabotage = {
  connection: ({ Client = pg.Client, ...config }) => ({
    ...config,
    Client: takingUnasked(Client as typeof pg.Client),
  }),
};

const CONDITION = / AND available >= (\$\d+)/;

/** Connections on which the shop's own statement runs, but for its condition. */
function takingUnasked(Client: typeof pg.Client): typeof pg.Client {
  return class extends Client {
    override query(...args: unknown[]): never {
      const [statement, ...others] = args as [{ text?: unknown } | undefined, ...unknown[]];
      const text = statement?.text;
      const query = super.query.bind(this) as (...args: unknown[]) => never;
      if (typeof text !== 'string' || !text.includes('UPDATE stock') || !CONDITION.test(text))
        return query(...args);
      hit('unconditional-stock');
      // The parameter stays, so that all of them keep their numbers.
      return query({ ...statement, text: text.replace(CONDITION, ' AND $1::int IS NOT NULL') }, ...others);
    }
  };
}
