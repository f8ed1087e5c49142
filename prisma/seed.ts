import process from 'node:process';
import pg from 'pg';
import { PRODUCTS } from './products.ts';

/** Everything in this catalogue is sold in one currency. */
const CURRENCY = 'EUR';

/**
 * Writes the catalogue. It may run again at any time, beside a shop that sells: texts and prices follow
 * this tree, while the stock of a product that exists is never touched, since its counts say what was sold.
 */
export async function seed(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'seed' });
  await client.connect();
  try {
    await client.query('BEGIN');
    for (const [position, product] of PRODUCTS.entries()) {
      // Unchanged rows are left alone: a second seed takes no lock that a running shop would wait for.
      await client.query(
        `INSERT INTO product (sku, name, summary, description, category, price_minor, currency, picture_seed, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (sku) DO UPDATE SET
           name = excluded.name, summary = excluded.summary, description = excluded.description,
           category = excluded.category, price_minor = excluded.price_minor, currency = excluded.currency,
           picture_seed = excluded.picture_seed, position = excluded.position
         WHERE product IS DISTINCT FROM excluded`,
        [
          product.sku,
          product.name,
          product.summary,
          product.description,
          product.category,
          product.priceMinor,
          CURRENCY,
          product.pictureSeed,
          position + 1,
        ],
      );
      await client.query(
        `INSERT INTO stock (sku, initial, available) VALUES ($1, $2, $2) ON CONFLICT (sku) DO NOTHING`,
        [product.sku, product.initialStock],
      );
    }
    await client.query('COMMIT');
  } finally {
    // Without a COMMIT the server rolls back when the connection ends.
    await client.end();
  }
}

if (import.meta.main) {
  const databaseUrl = process.env['DATABASE_URL'];
  if (databaseUrl === undefined || databaseUrl === '') {
    process.stderr.write('DATABASE_URL is missing: the seed needs to know which database to write to.\n');
    process.exit(2);
  }
  await seed(databaseUrl);
  process.stdout.write(`Seeded ${PRODUCTS.length} products.\n`);
}
