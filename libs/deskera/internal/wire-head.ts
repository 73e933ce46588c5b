import type { IncomingHttpHeaders } from 'node:http';
import { httpDate, retryAfterSeconds } from './retry-after.js';
import type { WireHead } from './wire.js';

/** The few things of an answer's head that anything is decided by. */
export function wireHead(status: number, headers: IncomingHttpHeaders, arrivedAt: Date): WireHead {
  const date = httpDate(headers.date ?? null);
  return {
    status,
    contentType: headers['content-type'] ?? '',
    date,
    retryAfterSeconds: retryAfterSeconds(headers['retry-after'] ?? null, date ?? arrivedAt),
    challenge: challengeOf(headers)?.split(/[\s,]/)[0]?.toLowerCase() ?? null,
    bearerChallenge: bearerOf(challengeOf(headers)),
  };
}

function challengeOf(headers: IncomingHttpHeaders): string | null {
  return headers['www-authenticate']?.trim() ?? null;
}

function bearerOf(challenge: string | null): string | null {
  return challenge !== null && /^bearer\b/i.test(challenge) ? challenge : null;
}
