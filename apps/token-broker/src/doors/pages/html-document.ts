import { markup, type Markup } from './markup.js';

interface HtmlDocument {
  readonly title: string;
  readonly head?: Markup;
  /** Inline: the page's policy allows it by its hash. */
  readonly style: string;
  readonly body: Markup;
}

/** A whole page, in English, that loads nothing. */
export function htmlDocument({ title, head = markup``, style, body }: HtmlDocument): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head}<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`.text;
}
