export { errorAtCommit, errorBeforeCommit, sqlState } from './errors.ts';
export {
  PrismaStore,
  type PrismaStoreOptions,
  type RawClient,
  type TransactionalClient,
} from './prisma-store.ts';
