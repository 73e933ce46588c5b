import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';

const purposeHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/** Whether a browser or a previewer fetches an address before, or without, a person's opening it. */
export function isSpeculative(headers: IncomingHttpHeaders): boolean {
  return purposeHeaders.some((name) => /prefetch|prerender|preview/i.test(String(headers[name] ?? '')));
}

/** Changes nothing. A browser that gets no page here asks again when the person opens the address. */
export async function refuseSpeculation(reply: FastifyReply): Promise<void> {
  await reply.code(204).header('cache-control', 'no-store').send();
}
