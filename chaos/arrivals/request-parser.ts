/** The head of an HTTP/1.1 request, as far as the harness wants to know it. */
export interface RequestHead {
  method: string;
  /** With its query. */
  path: string;
  /** Names in lower case; of a repeated header the last. */
  headers: ReadonlyMap<string, string>;
}

export interface RequestListener {
  /** The head is here. */
  onHead(head: RequestHead): void;
  /** The last byte of the body is here. */
  onEnd(): void;
}

type State =
  | { in: 'head' }
  /** Bytes of the body that are still to come. */
  | { in: 'body'; left: number }
  | { in: 'chunk-size' }
  /** Its line feed included. */
  | { in: 'chunk'; left: number }
  | { in: 'trailer' }
  /** No HTTP/1.1, or no longer: an upgrade, a request that isn't understood. */
  | { in: 'lost' };

/** Node's own limit for a head is 16 KB. */
const LINE_BYTES_MAX = 64 * 1024;

/**
 * Reads the requests of one connection, from the bytes as they come by. It only looks: what it doesn't
 * understand it lets pass, and says so (`understands`).
 */
export class RequestParser {
  readonly #listener: RequestListener;
  #state: State = { in: 'head' };
  /** Of a line that hasn't ended yet. */
  #line = Buffer.alloc(0);

  constructor(listener: RequestListener) {
    this.#listener = listener;
  }

  get understands(): boolean {
    return this.#state.in !== 'lost';
  }

  push(bytes: Buffer): void {
    let rest: Buffer = bytes;
    while (rest.length > 0 && this.#state.in !== 'lost') rest = this.#step(rest);
  }

  /** Takes what it can use from the front and returns what is left. */
  #step(bytes: Buffer): Buffer {
    switch (this.#state.in) {
      case 'head':
        return this.#until(bytes, '\r\n\r\n', (text) => this.#onHead(text));
      case 'chunk-size':
        return this.#until(bytes, '\r\n', (text) => this.#onChunkSize(text));
      case 'trailer':
        return this.#until(bytes, '\r\n', (text) => {
          if (text === '') this.#onEnd();
        });
      case 'body':
      case 'chunk': {
        const taken = Math.min(this.#state.left, bytes.length);
        this.#state.left -= taken;
        if (this.#state.left === 0) {
          if (this.#state.in === 'body') this.#onEnd();
          else this.#state = { in: 'chunk-size' };
        }
        return bytes.subarray(taken);
      }
      case 'lost':
        return bytes;
      default:
        return this.#state satisfies never;
    }
  }

  #until(bytes: Buffer, mark: string, use: (text: string) => void): Buffer {
    const text = Buffer.concat([this.#line, bytes]);
    const end = text.indexOf(mark);
    if (end < 0) {
      this.#line = text;
      if (text.length > LINE_BYTES_MAX) this.#state = { in: 'lost' };
      return Buffer.alloc(0);
    }
    this.#line = Buffer.alloc(0);
    use(text.toString('latin1', 0, end));
    return text.subarray(end + mark.length);
  }

  #onHead(text: string): void {
    // A line feed more between two requests is allowed.
    const [first = '', ...lines] = text.replace(/^(\r\n)+/, '').split('\r\n');
    const request = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(first);
    if (request === null) {
      this.#state = { in: 'lost' };
      return;
    }
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    const [, method = '', path = ''] = request;
    this.#listener.onHead({ method, path, headers });
    if (headers.has('upgrade')) this.#state = { in: 'lost' };
    else if (headers.get('transfer-encoding')?.toLowerCase().endsWith('chunked') === true)
      this.#state = { in: 'chunk-size' };
    else {
      const left = Number(headers.get('content-length') ?? '0');
      if (!Number.isSafeInteger(left) || left < 0) this.#state = { in: 'lost' };
      else if (left === 0) this.#onEnd();
      else this.#state = { in: 'body', left };
    }
  }

  #onChunkSize(text: string): void {
    const size = /^([0-9a-fA-F]+)\s*(?:;.*)?$/.exec(text)?.[1];
    if (size === undefined) this.#state = { in: 'lost' };
    else if (/^0+$/.test(size)) this.#state = { in: 'trailer' };
    else this.#state = { in: 'chunk', left: Number.parseInt(size, 16) + '\r\n'.length };
  }

  #onEnd(): void {
    this.#state = { in: 'head' };
    this.#listener.onEnd();
  }
}
