import type { IncomingMessage } from 'node:http';

/** Stripe's own requests are a few hundred bytes. */
export const BODY_BYTES_MAX = 64 * 1024;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

export class ClientLeft extends Error {
  override readonly name = 'ClientLeft';
}

/**
 * The whole body. Rejects when the client leaves before its last byte: half a request must not be executed.
 *
 * By events, not `for await`: leaving such a loop early destroys the socket, and with it the chance to say why.
 */
export function readBody(message: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    message.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
      else reject(new BodyTooLarge(`The body is larger than ${BODY_BYTES_MAX} bytes.`));
    });
    message.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    message.once('error', (cause) => reject(new ClientLeft('The client left amid its request.', { cause })));
    message.once('close', () => reject(new ClientLeft('The client left amid its request.')));
  });
}
