import type { Readable } from 'node:stream';
import { isRecord } from './untrusted.js';
import type { WireTrouble } from './wire.js';

const greatestBytes = 256 * 1_024;

export type AnswerBody =
  { readonly body: string; readonly trouble: null } | { readonly body: null; readonly trouble: WireTrouble };

/** Reads an answer's body to its end, or until it is more than any answer of Deskera's can be. Never rejects. */
export async function readAnswerBody(stream: Readable): Promise<AnswerBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > greatestBytes) return { body: null, trouble: 'unreadable' };
      chunks.push(chunk);
    }
  } catch (error) {
    return { body: null, trouble: isDamaged(error) ? 'unreadable' : 'reset' };
  }
  // Takes a byte order mark off, which would be no JSON.
  return { body: new TextDecoder('utf-8').decode(Buffer.concat(chunks)), trouble: null };
}

/** It came whole, but can't be unpacked: no trouble of the connection's. */
function isDamaged(error: unknown): boolean {
  return isRecord(error) && typeof error['code'] === 'string' && error['code'].startsWith('Z_');
}
