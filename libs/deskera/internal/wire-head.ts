import type { IncomingHttpHeaders } from 'node:http';
import { httpDate, retryAfterSeconds } from './retry-after.js';
import type { WireHead } from './wire.js';

/** No clock of a running server is further off; a `Date` beyond that is a mistake and measures nothing. */
const furthestMilliseconds = 86_400_000;

/** The few things of an answer's head that anything is decided by. */
export function wireHead(status: number, headers: IncomingHttpHeaders, arrivedAt: Date): WireHead {
  const date = httpDate(headers.date ?? null);
  return {
    status,
    contentType: headers['content-type'] ?? '',
    answeredAt: date !== null && isPlausible(date, arrivedAt) ? date : arrivedAt,
    retryAfterSeconds: retryAfterSeconds(headers['retry-after'] ?? null, date ?? arrivedAt),
    challenge: challengeOf(headers)?.split(/[\s,]/)[0]?.toLowerCase() ?? null,
    bearerChallenge: bearerOf(challengeOf(headers)),
  };
}

function isPlausible(date: Date, arrivedAt: Date): boolean {
  return Math.abs(date.getTime() - arrivedAt.getTime()) <= furthestMilliseconds;
}

function challengeOf(headers: IncomingHttpHeaders): string | null {
  return headers['www-authenticate']?.trim() ?? null;
}

function bearerOf(challenge: string | null): string | null {
  return challenge !== null && /^bearer\b/i.test(challenge) ? challenge : null;
}
