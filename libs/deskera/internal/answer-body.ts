import type { Readable } from 'node:stream';
import zlib from 'node:zlib';
import type { WireTrouble } from './wire.js';

const greatestBytes = 256 * 1_024;

export interface BodyForm {
  readonly contentType: string;
  /** `Content-Encoding`; empty where there is none. */
  readonly contentEncoding: string;
}

export type AnswerBody =
  | { readonly body: string; readonly trouble: null }
  /** `beginning`: what came of a body that did not come whole. */
  | { readonly body: null; readonly trouble: WireTrouble; readonly beginning: string };

/** Reads an answer's body to its end, or until it is more than any answer of Deskera's can be. Never rejects. */
export async function readAnswerBody(stream: Readable, form: BodyForm): Promise<AnswerBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > greatestBytes) return { body: null, trouble: 'unreadable', beginning: '' };
      chunks.push(chunk);
    }
  } catch {
    return { body: null, trouble: 'reset', beginning: textOf(Buffer.concat(chunks), form) ?? '' };
  }
  const body = textOf(Buffer.concat(chunks), form);
  return body === null ? { body, trouble: 'unreadable', beginning: '' } : { body, trouble: null };
}

function textOf(packed: Buffer, form: BodyForm): string | null {
  const bytes = unpacked(packed, form.contentEncoding);
  return bytes === null ? null : decoded(bytes, form.contentType);
}

/** @returns null where the bytes are damaged, or are more than any answer of Deskera's can be */
function unpacked(bytes: Buffer, contentEncoding: string): Buffer | null {
  const unpack = unpackerOf(bytes, contentEncoding.toLowerCase());
  if (unpack === null || bytes.length === 0) return bytes;
  try {
    return unpack(bytes, { maxOutputLength: greatestBytes });
  } catch {
    // A gateway may have unpacked the body and left the header.
    return /^\s*[{[]/.test(bytes.toString('latin1', 0, 16)) ? bytes : null;
  }
}

type Unpack = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

/** By the bytes where they tell, for the header may be missing. Nothing of this was asked for. */
function unpackerOf(bytes: Buffer, encoding: string): Unpack | null {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return zlib.gunzipSync;
  if (encoding.includes('gzip')) return zlib.gunzipSync;
  if (encoding.includes('deflate'))
    return (bytes[0] ?? 0) % 16 === 8 ? zlib.inflateSync : zlib.inflateRawSync;
  if (encoding.includes('br')) return zlib.brotliDecompressSync;
  return encoding.includes('zstd') ? zlib.zstdDecompressSync : null;
}

/** JSON begins with ASCII, which tells UTF-16 from UTF-8 (RFC 4627, section 3). A byte order mark is taken off. */
function decoded(bytes: Buffer, contentType: string): string {
  return new TextDecoder(charsetOf(bytes, contentType)).decode(bytes);
}

function charsetOf([first = 1, second = 1]: Buffer, contentType: string): string {
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  return /charset="?(?:iso-8859-1|latin1|windows-1252)\b/i.test(contentType) ? 'windows-1252' : 'utf-8';
}
