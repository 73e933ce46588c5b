import { redacted } from './sensitive-members.js';

/** Shapes that give a secret away wherever it stands: in a message, a stack, an error's text. */
const shapes: readonly (readonly [RegExp, string])[] = [
  // A JWT, whole or cut off: each of Deskera's tokens is one.
  [/\beyJ[\w-]{10,}(\.[\w-]*){0,4}/g, redacted],
  // A service key; its id may stay, to find it by.
  [/\b(dtb_[A-Za-z0-9-]+)_[\w-]+/g, `$1_${redacted}`],
  [/\b(Bearer|Basic)\s+[\w.~+/=:-]{16,}/gi, `$1 ${redacted}`],
  // The query members of Deskera's token calls, of our callback and of its answers.
  [/([?&](?:code|state|\w*token|client_secret|password)=)[^&\s"'\\]+/gi, `$1${redacted}`],
  [/(\/connect\/)[\w-]{16,}/g, `$1${redacted}`],
  // The credentials of an address.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'\\]+@/gi, `$1${redacted}@`],
];

/**
 * The last line of defence, over each finished line: nobody is meant to rely on it. It leaves the JSON of a line
 * intact, since no shape reaches over a quote or a backslash.
 */
export function scrubbed(line: string): string {
  return shapes.reduce((text, [shape, replacement]) => text.replace(shape, replacement), line);
}
