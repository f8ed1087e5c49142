import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { RequestParser } from './request-parser.ts';

/** A request that reached a web node: the fact, whatever the one who sent it came to know. */
export interface Arrival {
  /** The node that it reached. */
  node: string;
  method: string;
  path: string;
  /** The `Idempotency-Key` header. */
  key: string | null;
  /** The `X-Attempt` header. */
  attempt: number | null;
  /** The `X-Retry-Reason` header. */
  retryReason: string | null;
  /** Nanoseconds of the history's clock when its head was here. */
  headNs: number;
  /** When its last byte was here; null if that never came. */
  wholeNs: number | null;
  /** When the node began to answer; null if it never did. */
  answeredNs: number | null;
}

export interface RecorderOptions {
  node: string;
  listenPort: number;
  /** Where the node itself listens. */
  upstreamPort: number;
  /** Default: this machine. */
  upstreamHost?: string;
  /** Nanoseconds of the history's clock. */
  nowNs: () => number;
  onArrival?: (arrival: Arrival) => void;
}

/**
 * Stands between a node's edge link and the node, passes every byte on as it is, and writes down which
 * requests came by.
 *
 * ```
 *   client ──▶ [edge@web-1] ──▶ recorder ──▶ web-1
 * ```
 *
 * Behind the link, since what a client sent proves nothing: a fault may have eaten it, and a browser
 * resends what it never showed. HTTP/1.1 without pipelining, which is what browsers and fetch speak to
 * an address without TLS: so the first byte back belongs to the last request.
 */
export class TcpRecorder implements AsyncDisposable {
  readonly arrivals: Arrival[] = [];
  readonly port: number;
  /** Connections on which something came by that it didn't understand: its list may lack requests of these. */
  misunderstood = 0;
  readonly #options: RecorderOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: RecorderOptions) {
    this.#options = options;
    this.port = options.listenPort;
    // Half-open: a client that has said its last word still waits for the answer.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#pass(socket));
  }

  static async listen(options: RecorderOptions): Promise<TcpRecorder> {
    const recorder = new TcpRecorder(options);
    recorder.#server.listen(options.listenPort, '127.0.0.1');
    await once(recorder.#server, 'listening');
    return recorder;
  }

  /** Forgets what has come by so far. */
  forget(): void {
    this.arrivals.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(client: Socket): void {
    const node = connect({
      port: this.#options.upstreamPort,
      host: this.#options.upstreamHost ?? '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    });
    const unanswered: Arrival[] = [];
    const parser = this.#parser(unanswered);
    let understood = true;
    client.on('data', (bytes) => {
      parser.push(bytes);
      if (understood && !parser.understands) {
        understood = false;
        this.misunderstood += 1;
      }
    });
    node.on('data', () => {
      for (const arrival of unanswered.splice(0)) arrival.answeredNs = this.#options.nowNs();
    });
    client.pipe(node);
    node.pipe(client);
    this.#endTogether(client, node);
  }

  #parser(unanswered: Arrival[]): RequestParser {
    const { node, nowNs, onArrival } = this.#options;
    let last: Arrival | null = null;
    return new RequestParser({
      onHead: ({ method, path, headers }) => {
        const attempt = Number(headers.get('x-attempt') ?? Number.NaN);
        last = {
          node,
          method,
          path,
          key: headers.get('idempotency-key') ?? null,
          attempt: Number.isSafeInteger(attempt) ? attempt : null,
          retryReason: headers.get('x-retry-reason') ?? null,
          headNs: nowNs(),
          wholeNs: null,
          answeredNs: null,
        };
        this.arrivals.push(last);
        unanswered.push(last);
      },
      onEnd: () => {
        if (last === null) throw new Error('Bug: a request ended before it began');
        last.wholeNs = nowNs();
        onArrival?.(last);
      },
    });
  }

  /** `pipe` passes an orderly end on; a reset, or a close in the middle, must reach the other side as what it is. */
  #endTogether(client: Socket, node: Socket): void {
    for (const [one, other] of [
      [client, node],
      [node, client],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
