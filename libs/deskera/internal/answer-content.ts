import { parseJson } from './untrusted.js';

/** A form has a handful of members. */
const mostMembers = 64;

/**
 * What an answer holds, as far as it can be read: JSON, JSON with something before or after it (a guard such as `)]}',`, a
 * comment, a second line), or a form.
 * @returns null where it is none of these
 */
export function contentOf(text: string): unknown {
  return parseJson(text) ?? parseJson(firstObject(text)) ?? formOf(text);
}

/** The first object of a text, up to the brace that closes it; empty where there is none. */
function firstObject(text: string): string {
  const from = text.indexOf('{');
  if (from === -1) return '';
  let depth = 0;
  let isQuoted = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (isQuoted) {
      if (character === '\\') at += 1;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return text.slice(from, at + 1);
    }
  }
  return '';
}

function formOf(text: string): Record<string, string> | null {
  if (!/^\s{0,8}[\w.%~-]{1,64}=[^\s<{]/.test(text)) return null;
  const members = [...new URLSearchParams(text.trim())].slice(0, mostMembers);
  return Object.fromEntries(members);
}
