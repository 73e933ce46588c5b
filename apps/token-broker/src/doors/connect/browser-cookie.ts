import { Secret } from '#kernel';

const lateSeconds = 86_400;

/**
 * The cookie that binds a connect to the browser that began it. Under https its name has the prefix with which
 * browsers let no other host set it (RFC 6265bis, section 4.1.3.2).
 */
export class BrowserCookie {
  readonly #name: string;
  readonly #attributes: string;

  /**
   * @param sessionSeconds as long as a connect may take. The cookie lasts longer: who comes back too late is told that the
   * connect has expired, and not that this is the wrong browser. Every opening of a link begins its life anew.
   */
  constructor(publicUrl: string, sessionSeconds: number) {
    const isSecure = publicUrl.startsWith('https:');
    this.#name = isSecure ? '__Host-dtb-browser' : 'dtb-browser';
    const lasting = `Path=/; Max-Age=${String(sessionSeconds + lateSeconds)}; HttpOnly; SameSite=Lax`;
    this.#attributes = isSecure ? `${lasting}; Secure` : lasting;
  }

  /** @returns null where the request brought none */
  read(cookieHeader: string | undefined): Secret | null {
    const start = `${this.#name}=`;
    const pair = (cookieHeader ?? '').split(';').find((part) => part.trim().startsWith(start));
    return pair === undefined ? null : Secret.of(pair.trim().slice(start.length));
  }

  /** The value of a Set-Cookie. */
  write(browserId: Secret): string {
    return `${this.#name}=${browserId.reveal()}; ${this.#attributes}`;
  }
}
