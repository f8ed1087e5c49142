import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { removeData, startPostgres } from '../index.ts';
import { REPOSITORY } from '../repository.ts';
import { makeTemplateDatabases } from './template-databases.ts';

/**
 * One real Postgres for the whole test run, with the databases that each test copies.
 * @see ./database.ts
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'checkout-tests-'));
  const { process: postgres, stop } = await startPostgres({ dataDir });
  const tearDown = async () => {
    await stop();
    await removeData(dataDir);
  };
  try {
    await makeTemplateDatabases(postgres.adminUrl);
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('adminUrl', postgres.adminUrl);
  project.provide('engineTests', {
    serverUrl: postgres.adminUrl,
    clientModule: join(REPOSITORY, 'src/database/generated/client.ts'),
  });
  return tearDown;
}
