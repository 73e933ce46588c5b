import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { answer, bytes, pair, pairBody, sent, wrapped, type AnswerRow, type Told } from './answer-row.js';
import { httpAnswer } from './raw-server.js';

export const html = '<!DOCTYPE html><html><body>Gateway</body></html>';

const dontKnow: Told = 'passing unreadable?';
const granted = { grant: 'granted', validate: 'valid' } as const;
/** Nothing is known of the pair; a check goes by the status alone. */
const unreadable = { grant: dontKnow, validate: 'valid' } as const;
const unreadableForAll = { grant: dontKnow, validate: dontKnow } as const;

const greatestBytes = 256 * 1_024;
const jwtOf = (length: number): string => `${'a'.repeat(length)}.b.c`;

function gzipped(body: Buffer): (string | Buffer)[] {
  return [
    `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${String(body.length)}\r\n\r\n`,
    body,
  ];
}

/** Lengths as HTTP counts them: in bytes. */
function withLength(body: Buffer, ...headers: string[]): (string | Buffer)[] {
  const head = ['HTTP/1.1 200 OK', `content-length: ${String(body.length)}`, ...headers, '', ''];
  return [head.join('\r\n'), body];
}

/** The same pair in other clothes. */
const envelopes: readonly AnswerRow[] = [
  { comes: '200 `{"data":{…}}` with a pair inside', wrap: (body: string) => `{"data":${body}}` },
  {
    comes: '200 `{"status":…,"payload":{…}}` with a pair inside',
    wrap: (body: string) => `{"status":200,"payload":${body}}`,
  },
  { comes: '200 `[{…}]` with a pair inside', wrap: (body: string) => `[${body}]` },
  { comes: '200 with a pair as JSON in a text', wrap: (body: string) => JSON.stringify({ body }) },
  { comes: '200 with a pair, its names in upper case', wrap: renamed((name) => name.toUpperCase()) },
  {
    comes: '200 with a pair, its names in the other casing',
    wrap: renamed((name) => (name.includes('_') ? pascal(name) : snake(name))),
  },
].map(({ comes, wrap }) => ({
  comes,
  farSide: wrapped((body) => [httpAnswer(200, wrap(body))]),
  ...granted,
}));

function renamed(rename: (name: string) => string): (body: string) => string {
  return (body) =>
    JSON.stringify(
      Object.fromEntries(
        Object.entries(JSON.parse(body) as object).map(([name, value]) => [rename(name), value as unknown]),
      ),
    );
}

function pascal(name: string): string {
  return `_${name}`.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_');
}

function chunked(...chunks: string[]): string {
  const parts = [...chunks, ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  return `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${parts.join('')}`;
}

/** Whole answers that are not as one would write them. */
export const oddAnswers: readonly AnswerRow[] = [
  {
    comes: '200 with a pair, and `"error":"invalid_grant"`',
    farSide: pair({ more: { error: 'invalid_grant' } }),
    ...granted,
  },
  {
    comes: '200 with the refresh token that was sent',
    farSide: pair({ refreshToken: sent.refreshToken }),
    ...granted,
  },
  ...[undefined, null, ''].map((refreshToken) => ({
    comes: `200 with the refresh token ${refreshToken === undefined ? 'missing' : `\`${JSON.stringify(refreshToken)}\``}`,
    farSide: pair({ refreshToken }),
    ...granted,
    but: { 'exchange v1': dontKnow, 'exchange v2': dontKnow },
  })),
  ...[7, true, {}, []].map((refreshToken) => ({
    comes: `200 with the refresh token \`${JSON.stringify(refreshToken)}\``,
    farSide: pair({ refreshToken }),
    ...granted,
    but: { 'exchange v1': dontKnow, 'exchange v2': dontKnow },
  })),
  {
    comes: '200 with an opaque refresh token',
    farSide: pair({ refreshToken: '1//0g opaque' }),
    ...granted,
  },
  ...[undefined, null, '', 7, true, {}, [], 'no JWT', '<html>'].map((token) => ({
    comes: `200 with the token ${token === undefined ? 'missing' : `\`${JSON.stringify(token)}\``}`,
    farSide: pair({ token }),
    ...unreadable,
  })),
  { comes: '200 with a token of 70 KB', farSide: pair({ token: jwtOf(70_000) }), ...unreadable },
  {
    comes: '200 with a pair, every other field of a wrong type',
    farSide: pair({
      more: {
        org: 7,
        email: [],
        username: {},
        expires_in: 'x',
        expiresIn: null,
        token_type: 1,
        scope: false,
        idToken: 0,
        emailVerified: 'x',
      },
    }),
    ...granted,
  },
  { comes: '200, empty', farSide: answer(200), ...unreadable },
  { comes: '200 with HTML', farSide: answer(200, html, 'content-type: text/html'), ...unreadableForAll },
  ...['[]', 'null', '7', '"text"', '{}', '{"access_token":"a.b'].map((body) => ({
    comes: `200 \`${body}\``,
    farSide: answer(200, body),
    ...unreadable,
  })),
  { comes: '200 with 100 000 open brackets', farSide: answer(200, '['.repeat(100_000)), ...unreadable },
  { comes: '204', farSide: bytes('stay', 'HTTP/1.1 204 No Content\r\n\r\n'), ...unreadableForAll },
  ...[301, 302, 303, 307, 308].map((status) => ({
    comes: `${String(status)} with \`Location\`, which is not followed`,
    farSide: answer(status, '', 'location: /elsewhere'),
    ...unreadableForAll,
  })),
  { comes: '302 with a pair', farSide: pair({}, 302), ...unreadableForAll },
  {
    comes: '200 with a pair, after 100, 102 and 103',
    farSide: wrapped((body) => [
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n',
      `HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n${httpAnswer(200, body)}`,
    ]),
    ...granted,
  },
  {
    comes: '200 with a pair, byte by byte',
    farSide: wrapped((body) => [httpAnswer(200, body)], 'drip'),
    ...granted,
  },
  {
    comes: '200 with a pair in chunks',
    farSide: wrapped((body) => [chunked(body.slice(0, 9), body.slice(9))]),
    ...granted,
  },
  {
    comes: '200 with a pair, without a length, to the end of the connection',
    farSide: wrapped((body) => [`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${body}`], 'end'),
    ...granted,
  },
  {
    comes: '200 with a pair, as `text/plain`',
    farSide: wrapped((body) => [httpAnswer(200, body, ['content-type: text/plain'])]),
    ...granted,
  },
  {
    comes: '200 with a pair, gzipped though not asked for',
    farSide: wrapped((body) => gzipped(gzipSync(body))),
    ...granted,
  },
  {
    comes: '200 with a pair, after a byte order mark',
    farSide: wrapped((body) => withLength(Buffer.from(`\uFEFF${body}`))),
    ...granted,
  },
  {
    comes: '200 with a pair, an org in Latin-1',
    farSide: {
      is: 'a server',
      writes: (call) => withLength(Buffer.from(pairBody(call, { more: { org: 'Münster' } }), 'latin1')),
      then: 'stay',
    },
    ...granted,
  },
  {
    comes: '200 with a pair in UTF-16',
    farSide: wrapped((body) => withLength(Buffer.from(body, 'utf16le'))),
    ...granted,
  },
  {
    comes: '200 with a pair in UTF-16, big-endian, after a byte order mark',
    farSide: wrapped((body) => withLength(Buffer.from(`\uFEFF${body}`, 'utf16le').swap16())),
    ...granted,
  },
  {
    comes: '200 with a pair and a line end after it',
    farSide: wrapped((body) => [httpAnswer(200, `\r\n ${body}\r\n`)]),
    ...granted,
  },
  ...envelopes,
  {
    comes: '200 with a pair, gzipped without saying so',
    farSide: wrapped((body) => withLength(gzipSync(body))),
    ...granted,
  },
  {
    comes: '200 with a pair, said to be gzipped',
    farSide: wrapped((body) => [httpAnswer(200, body, ['content-encoding: gzip'])]),
    ...granted,
  },
  {
    comes: '200 with a pair, as deflate or as Brotli',
    farSide: wrapped((body) => {
      const packed = body.includes('deskera') ? deflateSync(body) : brotliCompressSync(body);
      const encoding = body.includes('deskera') ? 'deflate' : 'br';
      return withLength(packed, `content-encoding: ${encoding}`);
    }),
    ...granted,
  },
  {
    comes: '200 with a pair, after 64 KB of headers',
    farSide: wrapped((body) => [
      httpAnswer(200, body, [`x-a: ${'a'.repeat(32_768)}`, `x-b: ${'b'.repeat(32_768)}`]),
    ]),
    ...granted,
  },
  {
    comes: '200 with a pair, of 256 KB',
    farSide: wrapped((body) => [httpAnswer(200, body.padEnd(greatestBytes))]),
    ...granted,
  },
  {
    comes: '200 with a pair, of more than 256 KB',
    farSide: wrapped((body) => [httpAnswer(200, body.padEnd(greatestBytes + 1))]),
    ...unreadable,
  },
  {
    comes: '200 with a pair in chunks, of more than 256 KB',
    farSide: wrapped((body) => [chunked(body, ' '.repeat(greatestBytes))]),
    ...unreadable,
  },
  {
    comes: '200 whose 50 MB are gzipped to less than 256 KB',
    farSide: { is: 'a server', writes: () => gzipped(bomb()), then: 'stay' },
    ...unreadable,
  },
];

let packed: Buffer | null = null;

function bomb(): Buffer {
  packed ??= gzipSync(Buffer.alloc(50_000_000));
  return packed;
}
