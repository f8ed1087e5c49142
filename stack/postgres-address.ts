export const SUPERUSER = 'postgres';
/** Owns the shop's database; web and worker connect as it. */
export const APP_ROLE = 'app';
export const DATABASE = 'shop';

/** The address of a database; each role's password is its name: the server listens on loopback alone. */
export function databaseUrl(role: string, port: number, database: string): string {
  return `postgresql://${role}:${role}@127.0.0.1:${port}/${database}`;
}
