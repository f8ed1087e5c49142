export { testPolicy, type StoreUnderTest } from './contract-bench.ts';
export { compensationContract } from './compensation-contract.ts';
export { engineContract } from './engine-contract.ts';
export { hazardsContract } from './hazards-contract.ts';
export { makeKey } from './keys.ts';
export { MemoryStore, type MemoryStoreOptions, type MemoryTx } from './memory-store.ts';
export { replayCacheContract } from './replay-cache-contract.ts';
export { retentionContract, type RetentionUnderTest } from './retention-contract.ts';
export { versionsContract } from './versions-contract.ts';
