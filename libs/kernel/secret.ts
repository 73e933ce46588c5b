import { hash } from 'node:crypto';
import { inspect } from 'node:util';

/**
 * A string that must not be seen: every way of printing it says `[secret]`.
 * The only way to the plaintext is `reveal()`, which can be searched for.
 */
export class Secret {
  readonly #plaintext: string;

  private constructor(plaintext: string) {
    this.#plaintext = plaintext;
  }

  static of(plaintext: string): Secret {
    return new Secret(plaintext);
  }

  reveal(): string {
    return this.#plaintext;
  }

  /** The SHA-256 of the plaintext's UTF-8 bytes: what may be stored to recognise it again. */
  sha256(): Buffer {
    return hash('sha256', this.#plaintext, 'buffer');
  }

  /** The first 16 hex digits of the SHA-256: enough to tell two tokens apart, useless for anything else. */
  fingerprint(): string {
    return this.sha256().toString('hex').slice(0, 16);
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
