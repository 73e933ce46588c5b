import { Authenticator, Caller } from '#access';
import { Failure } from '#kernel';

/** Knows callers by what their key is called in a test: `Bearer <name>`. */
export class FakeAuthenticator extends Authenticator {
  readonly #callers = new Map<string, Caller>();

  /** @returns the header that this caller sends */
  admit(name: string, rights: { scopes: readonly string[]; tenants: readonly string[] }): string {
    const header = `Bearer ${name}`;
    this.#callers.set(header, new Caller({ actor: `key:${name}`, ...rights }));
    return header;
  }

  override remembered(authorization: string | undefined): Caller | null {
    return this.#callers.get(authorization ?? '') ?? null;
  }

  override authenticate(authorization: string | undefined): Promise<Caller> {
    const caller = this.#callers.get(authorization ?? '');
    return caller === undefined
      ? Promise.reject(new Failure('unauthorized', 'A valid key is needed.'))
      : Promise.resolve(caller);
  }
}
