import { Secret } from '#kernel';
import { InvalidValue } from './variable.js';

/** A random text of 32 hexadecimal digits has fewer than this once in ten million times. */
const fewestDifferentCharacters = 8;

/** A key that opens everything, so a placeholder will not do. It travels in a header: printable ASCII. */
export function adminKey(text: string): Secret {
  if (text.length < 32) throw new InvalidValue('must be at least 32 characters long');
  if (!/^[\x21-\x7e]{1,1024}$/.test(text)) {
    throw new InvalidValue('must be up to 1024 printable ASCII characters without blanks');
  }
  if (new Set(text).size < fewestDifferentCharacters) {
    throw new InvalidValue('is too weak: it repeats a few characters, make up a random one');
  }
  return Secret.of(text);
}
