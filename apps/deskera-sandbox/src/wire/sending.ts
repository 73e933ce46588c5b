import type { FastifyReply } from 'fastify';
import type { Answer } from './answer.js';

export async function sendAnswer(reply: FastifyReply, { status, headers, body }: Answer): Promise<void> {
  await reply.code(status).headers(headers).send(body);
}

/** RST instead of FIN: the caller's socket ends with ECONNRESET, whatever it was waiting for. */
export function breakOff(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
}

/** Resolves when the caller gives up, or the sandbox closes. */
export async function leaveWithoutAnswer(reply: FastifyReply): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  if (raw.closed) return;
  await new Promise<void>((resolve) => {
    raw.once('close', resolve);
  });
}
