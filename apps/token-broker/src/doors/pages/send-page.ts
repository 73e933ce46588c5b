import type { FastifyReply } from 'fastify';
import { renderPage, type Page } from './page.js';
import { pagePolicy } from './page-style.js';

/** Sends a page that is kept by no cache and tells nobody the address it was shown at: addresses here hold ids. */
export async function sendPage(reply: FastifyReply, status: number, page: Page): Promise<void> {
  await reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pagePolicy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(renderPage(page));
}

/** 303: whatever the method was, the browser goes on with GET (RFC 9110, section 15.4.4). */
export async function sendOn(reply: FastifyReply, address: string): Promise<void> {
  await reply
    .code(303)
    .headers({ location: address, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    .send();
}
