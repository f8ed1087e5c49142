export { engineContract, testPolicy, type StoreUnderTest } from './engine-contract.ts';
export { makeKey } from './keys.ts';
export { MemoryStore, type MemoryStoreOptions, type MemoryTx } from './memory-store.ts';
