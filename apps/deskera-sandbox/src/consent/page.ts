import type { FastifyReply } from 'fastify';
import { html, Markup } from './html.js';
import { pagePolicy, pageStyle } from './page-style.js';

export interface Page {
  readonly status: number;
  readonly title: string;
  readonly body: Markup;
}

/** Sends a page that no cache keeps and that tells nobody its address, which holds the `state`. */
export async function sendPage(reply: FastifyReply, page: Page): Promise<void> {
  await reply
    .code(page.status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pagePolicy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(render(page).text);
}

export async function sendBrowserTo(reply: FastifyReply, address: string): Promise<void> {
  const headers = { location: address, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
  await reply.code(302).headers(headers).send();
}

/** The style stands there as it is: escaped, its hash in the policy would not fit. */
function render({ status, title, body }: Page): Markup {
  const style = new Markup(`<style>${pageStyle}</style>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Deskera sandbox</title>
${style}
</head>
<body>
<main${status >= 400 ? html` class="bad"` : ''}>
<p class="sandbox">Deskera sandbox: made-up organisations, no real data.</p>
<div class="content">
<h1>${title}</h1>
${body}
</div>
</main>
</body>
</html>
`;
}
