/** Text that is safe to stand in a page: made by `markup` alone. */
export class Markup {
  private constructor(readonly text: string) {}

  /** For the template tag: its literal parts are ours, its values may be anybody's and are escaped. */
  static join(parts: readonly string[], values: readonly MarkupValue[]): Markup {
    return new Markup(parts.reduce((page, part, index) => page + render(values[index - 1] ?? '') + part));
  }
}

export type MarkupValue = Markup | string | readonly Markup[];

/** A piece of a page; every value but another piece is escaped, in text and in quoted attributes alike. */
export function markup(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return Markup.join(parts, values);
}

function render(value: MarkupValue): string {
  if (typeof value === 'string') return escape(value);
  return value instanceof Markup ? value.text : value.map(({ text }) => text).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
