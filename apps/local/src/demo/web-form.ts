/** A form as a browser would send it: where to, and the fields with the values they have when nobody touches them. */
export interface WebForm {
  readonly action: string;
  readonly fields: URLSearchParams;
  /** The names and values of the buttons that send it; one goes along with the fields. */
  readonly buttons: readonly { readonly name: string; readonly value: string; readonly text: string }[];
}

/**
 * Reads the first form of a page that this project serves itself; far from all of HTML.
 * @param address the page's own, which a relative action starts from
 */
export function firstForm(html: string, address: string): WebForm {
  const form = /<form\b([^>]*)>(.*?)<\/form>/is.exec(html);
  if (form === null) throw new Error(`the page at ${withoutQuery(address)} has no form`);
  const [, attributes = '', content = ''] = form;
  return {
    action: new URL(attribute(attributes, 'action') ?? '', address).href,
    fields: fieldsIn(content),
    buttons: buttonsIn(content),
  };
}

function fieldsIn(content: string): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [, attributes = ''] of content.matchAll(/<input\b([^>]*)>/gi)) {
    const name = attribute(attributes, 'name');
    const type = attribute(attributes, 'type') ?? 'text';
    if (name === null || type === 'submit') continue;
    const isChoice = type === 'radio' || type === 'checkbox';
    // A person picks one where none is chosen beforehand: the first.
    if (isChoice && fields.has(name)) continue;
    fields.append(name, attribute(attributes, 'value') ?? '');
  }
  for (const [, attributes = '', options = ''] of content.matchAll(/<select\b([^>]*)>(.*?)<\/select>/gis)) {
    const name = attribute(attributes, 'name');
    const first = /<option\b([^>]*)>/i.exec(options)?.[1];
    if (name !== null && first !== undefined) fields.append(name, attribute(first, 'value') ?? '');
  }
  return fields;
}

function buttonsIn(content: string): WebForm['buttons'] {
  return [...content.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gis)].map(
    ([, attributes = '', text = '']) => ({
      name: attribute(attributes, 'name') ?? '',
      value: attribute(attributes, 'value') ?? '',
      text: text.replaceAll(/<[^>]*>/g, '').trim(),
    }),
  );
}

function attribute(attributes: string, name: string): string | null {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(
    attributes,
  );
  if (found === null) return null;
  return unescaped(found[1] ?? found[2] ?? found[3] ?? '');
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll(/&#0?39;/g, "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function withoutQuery(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}
