import { InvalidValue } from './variable.js';

/** Blanks of every kind, control characters (a carriage return), and what is not seen (byte order mark, zero width). */
const invisible = String.raw`[\s\p{Cc}\p{Cf}\p{Z}\u2800\u3164\uFFA0]`;
const invisibleAround = new RegExp(`^${invisible}|${invisible}$`, 'u');

const quotes = `"'\`\u00AB\u00BB\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F\u2039\u203A`;
const quoteBefore = new RegExp(`^[${quotes}]`, 'u');
const quoteAfter = new RegExp(`[${quotes}]$`, 'u');

/** `${NAME}`, `$NAME` and `$(command)`, which only a shell replaces. */
const placeholder = /\$\{[A-Za-z_]\w*(?::?[-+?][^}]*)?\}|^\$[A-Za-z_]\w*$|^\$\(.*\)$/s;

/**
 * A file of variables is not a shell script: Docker and systemd take quotes, blanks and carriage returns as part of a value.
 *
 * @param mayEndInQuote a secret of another's making may begin or end with a quotation mark, but not both
 * @throws InvalidValue
 */
export function requireClean(text: string, mayEndInQuote: boolean): void {
  if (invisibleAround.test(text))
    throw new InvalidValue('has blanks or invisible characters around its value');
  if (placeholder.test(text))
    throw new InvalidValue('holds a placeholder that nothing has replaced with its value');
  const before = quoteBefore.test(text);
  const after = quoteAfter.test(text);
  if ((before && after) || (!mayEndInQuote && (before || after))) {
    throw new InvalidValue('has quotation marks around its value, which would be a part of it');
  }
}
