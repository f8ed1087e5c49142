import { describe, expect, test } from 'vitest';
import { parseTestDecoding } from './test-decoding.ts';

const BEGIN = { lsn: '0/1', xid: 771, data: 'BEGIN 771' };
const COMMIT = { lsn: '0/9', xid: 771, data: 'COMMIT 771 (at 2026-11-22 23:00:00.123456+00)' };

function changeOf(data: string) {
  const [commit] = parseTestDecoding([BEGIN, { lsn: '0/2', xid: 771, data }, COMMIT]);
  return commit?.entries[0];
}

describe('test_decoding', () => {
  test('an insert, with the time of its commit to the microsecond', () => {
    const change = changeOf(
      "table public.orders: INSERT: order_id[text]:'ord_1' total_minor[integer]:1200 settled_at[timestamp(3) with time zone]:null",
    );
    expect(change).toEqual({
      lsn: '0/2',
      xid: 771,
      commitMs: Date.parse('2026-11-22T23:00:00Z') + 123.456,
      table: 'orders',
      op: 'insert',
      old: null,
      new: { order_id: 'ord_1', total_minor: '1200', settled_at: null },
    });
  });

  test('values may hold quotes, spaces, brackets and line feeds', () => {
    const value = "it''s 'quoted' [text]: new-tuple:\n next line";
    const change = changeOf(
      `table public.orders: INSERT: email[text]:'${value.replaceAll("'", "''")}' n[bigint]:-7`,
    );
    expect(change?.new).toEqual({ email: value, n: '-7' });
  });

  test('an update with its old row', () => {
    const change = changeOf(
      "table public.stock: UPDATE: old-key: sku[text]:'a b' available[integer]:3 new-tuple: sku[text]:'a b' available[integer]:2",
    );
    expect(change).toMatchObject({
      op: 'update',
      old: { sku: 'a b', available: '3' },
      new: { sku: 'a b', available: '2' },
    });
  });

  test('what an update left out of line is left out', () => {
    const change = changeOf(
      "table public.t: UPDATE: id[integer]:1 big[text]:unchanged-toast-datum small[text]:'x'",
    );
    expect(change?.new).toEqual({ id: '1', small: 'x' });
  });

  test('a delete keeps its row as the old one', () => {
    expect(changeOf("table public.cart_line: DELETE: customer_id[text]:'c'")).toMatchObject({
      op: 'delete',
      old: { customer_id: 'c' },
      new: null,
    });
    expect(changeOf('table public.t: DELETE: (no-tuple-data)')).toMatchObject({
      op: 'delete',
      old: null,
      new: null,
    });
  });

  test('names may be quoted, types may be arrays, bits have their letter', () => {
    const change = changeOf(
      `table "my.schema"."or""der": INSERT: "from"[text[]]:'{a,b}' flags[bit(2)]:B'01' ok[boolean]:true`,
    );
    expect(change).toMatchObject({ table: 'or"der', new: { from: '{a,b}', flags: '01', ok: 'true' } });
  });

  test('a transaction that changed no row is a commit all the same', () => {
    expect(parseTestDecoding([BEGIN, COMMIT])).toEqual([
      { xid: 771, lsn: '0/9', commitMs: Date.parse('2026-11-22T23:00:00Z') + 123.456, entries: [] },
    ]);
  });

  test('a time without a fraction', () => {
    const [commit] = parseTestDecoding([
      BEGIN,
      { ...COMMIT, data: 'COMMIT 771 (at 2026-11-22 23:00:00+00)' },
    ]);
    expect(commit?.commitMs).toBe(Date.parse('2026-11-22T23:00:00Z'));
  });

  test('a log with a hole is an error, never a shorter log', () => {
    expect(() => parseTestDecoding([COMMIT])).toThrow('outside any transaction');
    expect(() => parseTestDecoding([BEGIN])).toThrow('has no end');
    expect(() => parseTestDecoding([BEGIN, BEGIN])).toThrow('inside 771');
    expect(() => changeOf("table public.t: INSERT: id[integer]:1 name[text]:'open")).toThrow('has no end');
    expect(() => changeOf('table public.t: MERGE: id[integer]:1')).toThrow('unknown kind');
  });

  test('a time that isn’t UTC is refused rather than misread', () => {
    expect(() =>
      parseTestDecoding([BEGIN, { ...COMMIT, data: 'COMMIT 771 (at 2026-11-23 00:00:00+01)' }]),
    ).toThrow('UTC');
  });
});
