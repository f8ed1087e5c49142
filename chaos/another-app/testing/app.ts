import type { App } from '../app.ts';
import { appSchema } from '../app-schema.ts';
import type { AppFile } from '../index.ts';

/** An app that is nowhere, for what needs no more than its description. */
export function describedApp(changes: Partial<AppFile> = {}): App {
  return appSchema.parse({
    name: 'somewhere',
    nodes: ['http://127.0.0.1:3000'],
    workload: {
      request: () => ({ path: '/' }),
      read: () => ({ says: 'in doubt', code: 'nothing' }),
    },
    ledger: { read: () => Promise.resolve({ effects: [] }) },
    ...changes,
  });
}
