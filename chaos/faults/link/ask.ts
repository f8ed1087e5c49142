import { connect } from 'node:net';
import type { FaultyLink } from './links.ts';

/** How it went to ask something through a link. */
export interface Reply {
  /** How long the question was. */
  asked: number;
  bytes: number;
  /** In how many pieces they came. */
  pieces: number;
  /** From the question to the first byte of the answer; null if none came. */
  firstMs: number | null;
  /** From the question to the last byte that came. */
  lastMs: number | null;
  end: 'open' | 'fin' | 'rst' | 'refused';
  /** From the question to the end; null while it's open. */
  endMs: number | null;
}

/** Long enough for a thin line, or slices, to show in the question too. */
const PADDING = 'x'.repeat(400);

/**
 * A question that every server behind a link answers at once, and hangs up: so that the delay, the pieces
 * and the end of one small exchange show what is wrong with the link. To Postgres it is a protocol that no
 * version speaks: the answer comes before anybody must say who they are.
 */
const QUESTION: Readonly<Record<string, Buffer>> = {
  edge: overHttp('/api/health'),
  payments: overHttp('/health'),
  db: toPostgres(),
};

function overHttp(path: string): Buffer {
  return Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: canary\r\nX-Padding: ${PADDING}\r\nConnection: close\r\n\r\n`,
  );
}

function toPostgres(): Buffer {
  const message = Buffer.alloc(8 + PADDING.length);
  message.writeInt32BE(message.length, 0);
  message.writeInt32BE(0x00_63_00_63, 4);
  return message;
}

/** Asks, and listens until the connection ends or the limit is over. */
export function ask(
  { name, listenPort }: Pick<FaultyLink, 'name' | 'listenPort'>,
  limitMs: number,
): Promise<Reply> {
  const question = QUESTION[name.split('@')[0] ?? ''] ?? overHttp('/');
  return new Promise((resolve) => {
    const reply: Reply = {
      asked: question.length,
      bytes: 0,
      pieces: 0,
      firstMs: null,
      lastMs: null,
      end: 'open',
      endMs: null,
    };
    const asked = performance.now();
    const sinceMs = () => performance.now() - asked;
    const socket = connect({ port: listenPort, host: '127.0.0.1', noDelay: true });
    const over = (end: Reply['end']) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(end === 'open' ? reply : { ...reply, end, endMs: sinceMs() });
    };
    const limit = setTimeout(over, limitMs, 'open');
    socket.on('connect', () => socket.write(question));
    socket.on('data', ({ length }) => {
      reply.bytes += length;
      reply.pieces += 1;
      reply.firstMs ??= sinceMs();
      reply.lastMs = sinceMs();
    });
    socket.on('end', () => over('fin'));
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      over(code === 'ECONNREFUSED' ? 'refused' : 'rst'),
    );
  });
}
