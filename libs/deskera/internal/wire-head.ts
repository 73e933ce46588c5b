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
    challenge: headers['www-authenticate']?.trim().split(/[\s,]/)[0]?.toLowerCase() ?? null,
  };
}
