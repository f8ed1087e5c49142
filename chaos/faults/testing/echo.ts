import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { until } from '../../topology/until.ts';

/** Answers each chunk with an equally long one, and remembers what it was sent. */
export class Echo {
  readonly heard: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        this.heard.push(chunk.toString());
        socket.write(chunk);
      });
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }
}

/** One connection, and how it went. */
export class Caller {
  text = '';
  end: 'open' | 'fin' | 'rst' = 'open';
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => (this.text += chunk.toString()));
    socket.on('end', () => (this.end = 'fin'));
    socket.on('error', () => (this.end = 'rst'));
  }

  static async open(port: number): Promise<Caller> {
    const socket = connect(port, '127.0.0.1');
    const caller = new Caller(socket);
    await once(socket, 'connect');
    return caller;
  }

  say(text: string): void {
    this.#socket.write(text);
  }

  hears(text: string, limitMs = 2_000): Promise<boolean> {
    return until(() => this.text.endsWith(text), { what: `'${text}', got '${this.text}'`, limitMs });
  }

  ends(limitMs = 2_000): Promise<'fin' | 'rst'> {
    return until(() => (this.end === 'open' ? null : this.end), { what: 'the end', limitMs });
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
