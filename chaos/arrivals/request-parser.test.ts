import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RequestParser } from './request-parser.ts';

function parse(chunks: readonly Buffer[]): { seen: string[]; parser: RequestParser } {
  const seen: string[] = [];
  const parser = new RequestParser({
    onHead: ({ method, path, headers }) =>
      seen.push(`${method} ${path} ${headers.get('idempotency-key') ?? '-'}`),
    onEnd: () => seen.push('end'),
  });
  for (const chunk of chunks) parser.push(chunk);
  return { seen, parser };
}

const GET = 'GET /?a=b HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST /api HTTP/1.1\r\nIDEMPOTENCY-key: k1\r\nContent-Length: 5\r\n\r\nabcde';
const CHUNKED =
  'POST /chunked HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\nA;ext=1\r\n0123\r\n\r\n45\r\n0\r\nTrailer: x\r\n\r\n';
const ALL = Buffer.from(GET + POST + CHUNKED + GET);
const SEEN = ['GET /?a=b -', 'end', 'POST /api k1', 'end', 'POST /chunked -', 'end', 'GET /?a=b -', 'end'];

describe('the request parser', () => {
  test('reads requests that follow each other on one connection', () => {
    expect(parse([ALL]).seen).toEqual(SEEN);
  });

  test('however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: ALL.length })), (cuts) => {
        const at = [0, ...new Set(cuts), ALL.length].toSorted((a, b) => a - b);
        const chunks = at.slice(1).map((end, index) => ALL.subarray(at[index], end));
        expect(parse(chunks).seen).toEqual(SEEN);
      }),
    );
  });

  test('tells the head before the body is here, and a body that never ends has no end', () => {
    expect(parse([Buffer.from(POST.slice(0, -1))]).seen).toEqual(['POST /api k1']);
  });

  test.each([
    ['another protocol', 'hello\r\n\r\n'],
    ['an upgrade', 'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'],
    ['a bad length', 'POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n'],
    ['a bad chunk', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['a head without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(70_000)}`],
  ])('admits that it doesn’t understand %s', (_what, text) => {
    const { parser, seen } = parse([Buffer.from(text)]);
    expect(parser.understands).toBe(false);
    const before = seen.length;
    parser.push(Buffer.from(GET));
    expect(seen).toHaveLength(before);
  });
});
