import { randomUUID } from 'node:crypto';

/**
 * The id that a request's answer and log lines carry: the caller's own `x-request-id` where it is one plain word of up
 * to 128 characters, so that nobody writes into the log through it; else a new one.
 */
export function requestIdFrom(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9_.:-]{1,128}$/.test(header) ? header : randomUUID();
}
