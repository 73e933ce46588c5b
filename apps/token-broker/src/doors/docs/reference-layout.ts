import { markup, type Markup } from '../pages/index.js';
import { referenceStyle } from './reference-style.js';

export interface ReferencePage {
  readonly title: string;
  /** `<li>`s of links into the body. */
  readonly contents: readonly Markup[];
  readonly body: Markup;
}

/** A page to look things up in: contents beside the text, no script. */
export function reference({ title, contents, body }: ReferencePage): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Deskera token broker</title>
<style>${referenceStyle}</style>
</head>
<body>
<nav aria-label="Contents"><ul>${contents}</ul></nav>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}
