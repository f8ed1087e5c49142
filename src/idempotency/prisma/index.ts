export { PrismaAuditRetention } from './audit-retention.ts';
export { AuditTrail, type AuditTrailOptions } from './audit-trail.ts';
export { connectionConfig, type SessionLimits } from './connection.ts';
export { errorAtCommit, errorBeforeCommit, sqlState } from './errors.ts';
export {
  PrismaStore,
  type PrismaStoreOptions,
  type RawClient,
  type TransactionalClient,
} from './prisma-store.ts';
export { PrismaRetention, type PrismaRetentionOptions } from './retention.ts';
