import { htmlDocument, markup, type Markup } from '../pages/index.js';
import { referenceStyle } from './reference-style.js';

export interface ReferencePage {
  readonly title: string;
  /** `<li>`s of links into the body. */
  readonly contents: readonly Markup[];
  readonly body: Markup;
}

/** A page to look things up in: contents beside the text, no script. */
export function reference({ title, contents, body }: ReferencePage): string {
  return htmlDocument({
    title: `${title} – Deskera token broker`,
    style: referenceStyle,
    body: markup`<nav aria-label="Contents"><ul>${contents}</ul></nav>
<main>
<h1>${title}</h1>
${body}
</main>`,
  });
}
