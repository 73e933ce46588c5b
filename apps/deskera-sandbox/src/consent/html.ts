/** Text that may stand in a page as it is: only `html` makes it. */
export class Markup {
  constructor(readonly text: string) {}
}

type Value = Markup | string | readonly Markup[];

/** A piece of a page; every value that is not markup itself is escaped, for text and quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + render(values[index - 1] ?? '') + part));
}

function render(value: Value): string {
  if (typeof value === 'string') return escape(value);
  return value instanceof Markup ? value.text : value.map(({ text }) => text).join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
