import { htmlDocument } from './html-document.js';
import { markup, type Markup } from './markup.js';
import { pageStyle } from './page-style.js';

/** How a page looks: `good` and `bad` add a colour to what title and mark say already. */
type PageTone = 'plain' | 'good' | 'bad';

export interface Page {
  readonly title: string;
  readonly tone: PageTone;
  /** What happened, and what the person can do next. */
  readonly body: Markup;
}

const marks: Readonly<Record<PageTone, string>> = { plain: '↗', good: '✓', bad: '!' };

export function renderPage({ title, tone, body }: Page): string {
  return htmlDocument({
    title,
    head: markup`<meta name="robots" content="noindex">\n`,
    style: pageStyle,
    body: markup`<main class="${tone}">
<div class="mark" aria-hidden="true">${marks[tone]}</div>
<h1>${title}</h1>
${body}
</main>`,
  });
}
