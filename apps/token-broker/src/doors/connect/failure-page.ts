import type { Failure } from '#kernel';
import type { FastifyReply } from 'fastify';
import { sendPage } from '../pages/index.js';
import { failurePage } from './connect-pages.js';

/** A failure as the person sees it, with the same status that a program would get. */
export async function sendFailurePage(reply: FastifyReply, failure: Failure): Promise<void> {
  if (failure.retryAfterSeconds !== undefined) {
    void reply.header('retry-after', String(Math.max(1, Math.ceil(failure.retryAfterSeconds))));
  }
  await sendPage(reply, failure.status, failurePage(failure.code));
}
