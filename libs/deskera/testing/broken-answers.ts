import { gzipSync } from 'node:zlib';
import { bytes, wrapped, type AnswerRow, type Told } from './answer-row.js';

const reset: Told = 'passing reset?';
const timeout: Told = 'passing timeout?';
const unreadable: Told = 'passing unreadable?';
const unsent = { grant: 'passing connection_failed', validate: 'passing connection_failed' } as const;

function head(status: number, ...headers: string[]): string {
  return [`HTTP/1.1 ${String(status)} Whatever`, 'content-length: 9999', ...headers, '', ''].join('\r\n');
}

function damaged(): Buffer {
  const packed = gzipSync('{"access_token":"a.b.c","refresh_token":"d.e.f"}'.repeat(50));
  packed.fill(0xff, 20, 40);
  return packed;
}

const packedHead = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: `;

/** What did not come whole: a check goes by the status if that came. */
export const brokenAnswers: readonly AnswerRow[] = [
  {
    comes: '200 with half of a pair, the end of the connection before the end of its length',
    farSide: wrapped((body) => [`${head(200)}${body.slice(0, -1)}`], 'end'),
    grant: reset,
    validate: 'valid',
  },
  {
    comes: '200 with all of a pair, the end of the connection before the end of its length',
    farSide: wrapped((body) => [`${head(200)}${body}`], 'end'),
    grant: 'granted',
    validate: 'valid',
  },
  {
    comes: '200 with all of a pair in chunks, the end of the connection before the last',
    farSide: wrapped(
      (body) => [`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffff\r\n${body}`],
      'end',
    ),
    grant: 'granted',
    validate: 'valid',
  },
  {
    comes: '200 with all of a pair, and not the rest of its length in time',
    farSide: wrapped((body) => [`${head(200)}${body}`], 'time passes'),
    grant: 'granted',
    validate: 'valid',
  },
  {
    comes: '200, a reset in its body',
    farSide: bytes('reset', `${head(200)}{"access_token`),
    grant: reset,
    validate: 'valid',
  },
  {
    comes: '200, its body not in time',
    farSide: bytes('time passes', `${head(200)}{"access_token`),
    grant: timeout,
    validate: 'valid',
  },
  {
    comes: '200 with all of a pair in a chunk, and no chunk after it',
    farSide: wrapped(
      (body) => [
        `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\nzz\r\n`,
      ],
      'end',
    ),
    grant: 'granted',
    validate: 'valid',
  },
  {
    comes: '401 with a chunk that is none',
    farSide: bytes('end', 'HTTP/1.1 401 Unauthorized\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
    grant: reset,
    validate: 'invalid',
  },
  {
    comes: '200, gzipped and damaged',
    farSide: {
      is: 'a server',
      writes: () => [`${packedHead}${String(damaged().length)}\r\n\r\n`, damaged()],
      then: 'stay',
    },
    grant: unreadable,
    validate: 'valid',
  },
  {
    comes: '400, cut off',
    farSide: bytes('end', `${head(400)}{"error":"inv`),
    grant: reset,
    validate: unreadable,
  },
  {
    comes: '400 `invalid_grant`, cut off after its JSON',
    farSide: bytes('end', `${head(400)}{"error":"invalid_grant"}`),
    grant: 'refused',
    validate: unreadable,
  },
  {
    comes: '401, cut off',
    farSide: bytes('end', `${head(401)}{"error":"inv`),
    grant: reset,
    validate: 'invalid',
  },
  {
    comes: '429, cut off, with `Retry-After: 7`',
    farSide: bytes('end', `${head(429, 'retry-after: 7')}part`),
    grant: 'passing rate_limited',
    validate: 'passing rate_limited',
    retryAfterSeconds: 7,
  },
  {
    comes: '503, its body not in time',
    farSide: bytes('time passes', `${head(503)}part`),
    grant: 'passing server_error?',
    validate: 'passing server_error?',
  },
  { comes: 'no answer in time', farSide: bytes('time passes'), grant: timeout, validate: timeout },
  {
    comes: 'a head that goes on and on',
    farSide: bytes('babble', 'HTTP/1.1 200 OK\r\n', 'x: 1\r\n'),
    grant: timeout,
    validate: timeout,
  },
  {
    comes: 'a 100 Continue, and nothing more in time',
    farSide: bytes('time passes', 'HTTP/1.1 100 Continue\r\n\r\n'),
    grant: timeout,
    validate: timeout,
  },
  { comes: 'a reset after the request', farSide: bytes('reset'), grant: reset, validate: reset },
  {
    comes: 'the end of the connection after the request',
    farSide: bytes('end'),
    grant: reset,
    validate: reset,
  },
  {
    comes: 'half a head',
    farSide: bytes('end', 'HTTP/1.1 200 OK\r\ncontent-'),
    grant: reset,
    validate: reset,
  },
  {
    comes: '101, an upgrade that nobody asked for',
    farSide: bytes('stay', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    grant: reset,
    validate: reset,
  },
  ...[
    { comes: 'what is no HTTP', text: '220 mail.example ESMTP\r\n\r\n' },
    { comes: 'two lengths', text: 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx' },
    { comes: 'a head of 100 KB', text: `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n` },
    { comes: 'a TLS alert', text: '\u0015\u0003\u0001\u0000\u0002\u0002\u0046' },
  ].map(({ comes, text }) => ({
    comes,
    farSide: bytes('end', text),
    grant: unreadable,
    validate: unreadable,
  })),
  { comes: 'DNS: no such name', farSide: { is: 'no such name' }, ...unsent },
  { comes: 'connection refused', farSide: { is: 'nobody' }, ...unsent },
  {
    comes: 'TLS: a certificate that nobody vouches for',
    farSide: { is: 'a certificate of its own' },
    ...unsent,
  },
  {
    comes: 'TLS: a certificate for another name',
    farSide: { is: 'a certificate for another name' },
    ...unsent,
  },
  { comes: 'TLS: plain HTTP instead', farSide: { is: 'no TLS' }, ...unsent },
  { comes: 'TLS: a hang-up during the handshake', farSide: { is: 'a hang-up' }, ...unsent },
  { comes: 'TLS: a handshake that does not end in time', farSide: { is: 'a silence' }, ...unsent },
];
