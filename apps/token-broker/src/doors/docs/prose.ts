import { markup, type Markup } from '../pages/index.js';

/** A description as a page shows it: what stands between backticks is code. */
export function prose(text: string): Markup {
  const parts = text.split('`');
  return markup`${parts.map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : markup`${part}`))}`;
}

/** The same in paragraphs. */
export function paragraphs(text: string): Markup {
  return markup`${text.split('\n\n').map((each) => markup`<p>${prose(each)}</p>`)}`;
}
