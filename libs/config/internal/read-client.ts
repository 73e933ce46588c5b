import { Secret } from '#kernel';
import { listed } from './read-plain.js';
import { InvalidValue } from './variable.js';

/** It becomes the user of an `Authorization: Basic`, which can't hold a colon (RFC 7617 section 2). */
export function clientId(text: string): string {
  if (/^[\x21-\x39\x3b-\x7e]{1,256}$/.test(text)) return text;
  throw new InvalidValue('must be up to 256 printable ASCII characters, without blanks and colons');
}

/** One, or two during a roll-over. */
export function clientSecrets(text: string): readonly Secret[] {
  const secrets = [...new Set(listed(text))];
  if (secrets.length > 2) throw new InvalidValue('must be one secret, or two with a comma between them');
  if (!secrets.every((secret) => /^[\x21-\x7e]{1,1024}$/.test(secret))) {
    throw new InvalidValue('must be printable ASCII characters without blanks');
  }
  return secrets.map((secret) => Secret.of(secret));
}
