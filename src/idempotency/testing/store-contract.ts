import { compensationContract } from './compensation-contract.ts';
import type { StoreUnderTest } from './contract-bench.ts';
import { engineContract } from './engine-contract.ts';
import { eventsContract } from './events-contract.ts';
import { failuresContract } from './failures-contract.ts';
import { hazardsContract } from './hazards-contract.ts';
import { replayCacheContract } from './replay-cache-contract.ts';
import { versionsContract } from './versions-contract.ts';

/** Everything that the engine promises on a store, as tests of vitest. `setUp` is called once for each test. */
export function storeContract<Tx>(name: string, setUp: () => Promise<StoreUnderTest<Tx>>): void {
  engineContract(name, setUp);
  versionsContract(name, setUp);
  compensationContract(name, setUp);
  replayCacheContract(name, setUp);
  eventsContract(name, setUp);
  failuresContract(name, setUp);
  hazardsContract(name, setUp);
}
