import { describe, expect, test } from 'vitest';
import { adviceOn } from './advice.ts';
import type { Contract, KeyedContract, NaturalContract, QueryContract } from './contract.ts';
import { incompatibleChanges } from './incompatible-changes.ts';

const HOUR_MS = 3_600_000;
const TODAY = '2026-11-23';

const common = {
  summary: 'Does it.',
  caller: 'customer',
  input: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
  answer: { type: 'object', properties: { orderId: { type: 'string' } }, required: ['orderId'] },
  errors: ['BAD_INPUT'],
  deprecated: null,
} as const;
const get: QueryContract = { ...common, kind: 'query', http: { method: 'GET', path: '/api/v1/get' } };
const set: NaturalContract = {
  ...common,
  kind: 'natural',
  reason: 'It sets.',
  http: { method: 'POST', path: '/api/v1/set' },
};
const buy: KeyedContract = {
  ...common,
  kind: 'keyed',
  http: { method: 'POST', path: '/api/v1/buy' },
  promise: {
    version: 2,
    reads: { 1: { resumed: true, replayed: true } },
    window: { backMs: 72 * HOUR_MS, aheadMs: 300_000 },
    joinMs: 3_000,
    storedRefusals: ['OUT_OF_STOCK', 'CARD_DECLINED'],
    retryAdvice: 'Retry.',
    compensation: 'Cancel.',
  },
};
const error = { status: 409, definite: false, retryable: true, title: 'Busy', detail: 'Busy.' };
const published: Contract = { procedures: { get, set, buy }, anyCall: ['INTERNAL'], errors: { BUSY: error } };

/** The contract with other procedures or errors; null for one that is gone. */
function changed(procedures: Record<string, object | null>, errors: Record<string, object> = {}): Contract {
  const all = Object.entries({ ...published.procedures, ...procedures }).filter(([, each]) => each !== null);
  return {
    ...published,
    procedures: Object.fromEntries(all) as Contract['procedures'],
    errors: { ...published.errors, ...errors } as Contract['errors'],
  };
}
const promise = (changes: object) => ({ buy: { ...buy, promise: { ...buy.promise, ...changes } } });
const newInput = { ...common.input, required: ['sku', 'country'] };

describe('what older callers survive', () => {
  test.each<[string, Contract]>([
    ['nothing', published],
    ['a new procedure', changed({ see: get })],
    ['a new error', changed({}, { NEW: error })],
    [
      'a procedure that may answer with one more error',
      changed({ set: { ...set, errors: ['BAD_INPUT', 'NOT_FOUND'] } }),
    ],
    ['an error in other words', changed({}, { BUSY: { ...error, title: 'Wait', detail: 'Wait a bit.' } })],
    ['a wider window', changed(promise({ window: { backMs: 96 * HOUR_MS, aheadMs: 600_000 } }))],
    [
      'one more stored refusal',
      changed(promise({ storedRefusals: [...buy.promise.storedRefusals, 'GONE'] })),
    ],
    ['another wait for the first call', changed(promise({ joinMs: 1 }))],
    ['other advice', changed(promise({ retryAdvice: 'Retry soon.', compensation: 'Refund.' }))],
    ['no cookie needed any more', changed({ get: { ...get, caller: 'anyone' } })],
    [
      'a field more in the answer',
      changed({
        get: {
          ...get,
          answer: {
            ...get.answer,
            properties: { ...(get.answer['properties'] as object), total: { type: 'integer' } },
          },
        },
      }),
    ],
    [
      'a deprecation',
      changed({ get: { ...get, deprecated: { since: TODAY, sunset: '2027-06-01', instead: 'see' } } }),
    ],
    [
      'a new version that reads the old one, whatever else changed',
      changed({
        buy: {
          ...buy,
          input: newInput,
          answer: { type: 'object' },
          promise: {
            ...buy.promise,
            version: 3,
            reads: { 2: { resumed: true, replayed: true } },
            storedRefusals: [],
          },
        },
      }),
    ],
  ])('%s', (_, current) => {
    expect(incompatibleChanges(published, current, TODAY)).toEqual([]);
  });
});

describe('what breaks them', () => {
  test.each<[string, Contract, readonly [at: string, what: string, cure: string][]]>([
    ['a procedure less', changed({ get: null }), [['get', 'it is gone', 'new-procedure']]],
    [
      'a key that isn’t looked at any more',
      changed({ buy: { ...set, http: buy.http } }),
      [
        [
          'buy',
          'it was a mutation that needs a key and is now a mutation that may be repeated as it is',
          'new-procedure',
        ],
      ],
    ],
    [
      'a key that is suddenly needed',
      changed({ set: { ...buy, http: set.http } }),
      [
        [
          'set',
          'it was a mutation that may be repeated as it is and is now a mutation that needs a key',
          'new-procedure',
        ],
      ],
    ],
    [
      'a query that changes something',
      changed({ get: { ...set, http: { method: 'POST', path: '/api/v1/get' } } }),
      [
        ['get', 'it was a query and is now a mutation that may be repeated as it is', 'new-procedure'],
        ['get', 'GET /api/v1/get became POST /api/v1/get', 'new-procedure'],
      ],
    ],
    [
      'a narrower window',
      changed(promise({ window: { backMs: 24 * HOUR_MS, aheadMs: 60_000 } })),
      [
        ['buy', 'a key is good for 24 h instead of 72 h', 'new-version'],
        ['buy', 'a key may come from 1 min ahead instead of 5 min', 'new-version'],
      ],
    ],
    [
      'a refusal that isn’t stored any more',
      changed(promise({ storedRefusals: ['OUT_OF_STOCK'] })),
      [['buy', 'CARD_DECLINED is no longer stored and replayed', 'new-version']],
    ],
    [
      'an input that wants more, under a key',
      changed({ buy: { ...buy, input: newInput } }),
      [['buy', 'the input’s country is now required', 'new-version']],
    ],
    [
      'an input that wants more, without one',
      changed({ set: { ...set, input: newInput } }),
      [['set', 'the input’s country is now required', 'new-procedure']],
    ],
    [
      'an answer that tells less',
      changed({ get: { ...get, answer: { type: 'object' } } }),
      [['get', 'the answer’s orderId is gone', 'new-procedure']],
    ],
    ['an older version', changed(promise({ version: 1 })), [['buy', 'version 2 became 1', 'new-version']]],
    [
      'a new version that doesn’t read the old one',
      changed(promise({ version: 3, reads: { 1: buy.promise.reads[1] } })),
      [
        ['buy', 'what version 2 answered can’t be answered again', 'declare-older-version'],
        ['buy', 'what version 2 left unfinished can’t be finished', 'declare-older-version'],
      ],
    ],
    [
      'a new version that leaves the old one’s work undone',
      changed(promise({ version: 3, reads: { 2: { resumed: false, replayed: true } } })),
      [['buy', 'what version 2 left unfinished can’t be finished', 'declare-older-version']],
    ],
    [
      'an older version that is read less than before',
      changed(promise({ reads: { 1: { resumed: true, replayed: false } } })),
      [['buy', 'what version 1 answered can’t be answered again', 'declare-older-version']],
    ],
    [
      'a new version is no licence to move the door',
      changed({
        buy: {
          ...buy,
          http: { method: 'POST', path: '/api/v2/buy' },
          promise: { ...buy.promise, version: 3, reads: { 2: { resumed: true, replayed: true } } },
        },
      }),
      [['buy', 'POST /api/v1/buy became POST /api/v2/buy', 'new-procedure']],
    ],
    [
      'an error with another meaning',
      changed({}, { BUSY: { ...error, status: 503, definite: true, retryable: false } }),
      [
        ['BUSY', 'its status was 409 and is now 503', 'new-code'],
        ['BUSY', 'its definite was false and is now true', 'new-code'],
        ['BUSY', 'its retryable was true and is now false', 'new-code'],
      ],
    ],
  ])('%s', (_, current, expected) => {
    const found = incompatibleChanges(published, current, TODAY);
    expect(found.map(({ at, what, cure }) => [at, what, cure])).toEqual(expected);
  });

  test('a cookie that is suddenly needed, an input where there was none', () => {
    const open: Contract = { ...published, procedures: { get: { ...get, caller: 'anyone', input: null } } };
    expect(incompatibleChanges(open, published, TODAY)).toEqual([
      { at: 'get', what: 'it now needs the cookie', cure: 'new-procedure' },
      { at: 'get', what: 'it took nothing and now wants an input', cure: 'new-procedure' },
    ]);
  });
});

describe('a deprecated procedure', () => {
  const leaving = (sunset: string): Contract =>
    changed({ get: { ...get, deprecated: { since: '2026-11-01', sunset, instead: 'see' } } });

  test.each([
    ['stays until its sunset', '2026-11-24', ['it is gone']],
    ['may be gone on that day', '2026-11-23', []],
    ['may be gone after it', '2026-10-01', []],
  ])('%s', (_, sunset, expected) => {
    const found = incompatibleChanges(leaving(sunset), changed({ get: null }), TODAY);
    expect(found.map(({ what }) => what)).toEqual(expected);
  });

  test('doesn’t end sooner than was said', () => {
    expect(incompatibleChanges(leaving('2027-06-01'), leaving('2027-05-31'), TODAY)).toEqual([
      { at: 'get', what: 'its end was moved up from 2027-06-01 to 2027-05-31', cure: 'keep-the-day' },
    ]);
    expect(incompatibleChanges(leaving('2027-06-01'), leaving('2027-06-02'), TODAY)).toEqual([]);
    expect(incompatibleChanges(leaving('2027-06-01'), published, TODAY)).toEqual([]);
  });
});

test('the advice names each change, and what to do', () => {
  const current = changed(
    { buy: { ...buy, input: newInput }, get: null },
    { BUSY: { ...error, status: 503 } },
  );
  expect(adviceOn(incompatibleChanges(published, current, TODAY), published)).toMatchInlineSnapshot(`
    "The contract changed in a way that breaks callers:

      get: it is gone
        → Leave it as it is, and add a procedure of another name beside it. Deprecate this one (\`deprecated: { since, sunset, instead }\`); after its sunset it may go.
      buy: the input’s country is now required
        → Raise \`version\` of its policy to 3. Declare in previous[2] how version 2 is read: parseInput, resume and answer. Keep it until 72.1 h, the longest window, after the last node of version 2 is gone.
      BUSY: its status was 409 and is now 503
        → Leave the code its meaning, and give the new meaning a code of its own.

    docs/versioning.md says how to version and deprecate."
  `);
});
