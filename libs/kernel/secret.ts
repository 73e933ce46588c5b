import { hash } from 'node:crypto';
import { inspect } from 'node:util';

/**
 * A string that prints as `[secret]` in every way. Only `reveal()` returns the plaintext, so that every use can be
 * searched for.
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

  /** SHA-256 of the plaintext's UTF-8 bytes, which may be stored to recognize the secret. */
  sha256(): Buffer {
    return hash('sha256', this.#plaintext, 'buffer');
  }

  /** The first 16 hex digits of the SHA-256: they distinguish two tokens and reveal nothing else. */
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
