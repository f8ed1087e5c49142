export { testPolicy, type StoreUnderTest } from './contract-bench.ts';
export { makeKey } from './keys.ts';
export { MemoryStore, type MemoryStoreOptions, type MemoryTx } from './memory-store.ts';
export { retentionContract, type RetentionUnderTest } from './retention-contract.ts';
export { storeContract } from './store-contract.ts';
