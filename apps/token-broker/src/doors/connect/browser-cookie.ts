import { Secret } from '#kernel';

const lateSeconds = 86_400;

/** A browser has more cookies only where it opened so many links at once that none knew of the others. */
const mostKept = 16;

/**
 * The cookies that bind a connect to the browser that began it. Under https their names have the prefix with which
 * browsers let no other host set them (RFC 6265bis, section 4.1.3.2). Each browser id has a cookie of its own: links that
 * a fresh browser opens in two tabs at once get two ids, and neither answer overwrites the other's.
 */
export class BrowserCookie {
  readonly #name: string;
  readonly #security: string;
  readonly #seconds: number;

  /**
   * @param sessionSeconds as long as a connect may take. The cookies last longer: a browser that comes back too late is
   * told that the connect has expired, and not that it is the wrong browser. Each opening of a link prolongs its cookie.
   */
  constructor(publicUrl: string, sessionSeconds: number) {
    const isSecure = publicUrl.startsWith('https:');
    this.#name = isSecure ? '__Host-dtb-browser' : 'dtb-browser';
    this.#security = isSecure ? 'HttpOnly; SameSite=Lax; Secure' : 'HttpOnly; SameSite=Lax';
    this.#seconds = sessionSeconds + lateSeconds;
  }

  /** Every browser id that the request brought, each once, in the order of its cookies. */
  read(cookieHeader: string | undefined): Secret[] {
    const values = this.#cookies(cookieHeader).map(({ value }) => value);
    return [...new Set(values)].map((value) => Secret.of(value));
  }

  /**
   * The values of Set-Cookie for an opening: the cookie of its browser id, the one name that a broker of the previous
   * release reads, and the end of the oldest cookies beyond those that are kept.
   */
  write(browserId: Secret, cookieHeader: string | undefined): string[] {
    const own = this.#nameOf(browserId);
    return [
      this.#line(own, browserId.reveal(), this.#seconds),
      this.#line(this.#name, browserId.reveal(), this.#seconds),
      ...this.#surplus(cookieHeader, own).map((name) => this.#line(name, '', 0)),
    ];
  }

  #surplus(cookieHeader: string | undefined, own: string): string[] {
    const others = this.#cookies(cookieHeader)
      .map(({ name }) => name)
      .filter((name) => name !== own && name !== this.#name);
    // Browsers send the oldest first (RFC 6265, section 5.4).
    return others.slice(0, Math.max(0, others.length - mostKept));
  }

  #cookies(cookieHeader: string | undefined): { readonly name: string; readonly value: string }[] {
    return (cookieHeader ?? '').split(';').flatMap((part) => {
      const [name = '', ...value] = part.trim().split('=');
      return this.#isOurs(name) ? [{ name, value: value.join('=') }] : [];
    });
  }

  #isOurs(name: string): boolean {
    return name === this.#name || new RegExp(`^${this.#name}-[0-9a-f]{16}$`).test(name);
  }

  #nameOf(browserId: Secret): string {
    return `${this.#name}-${browserId.fingerprint()}`;
  }

  #line(name: string, value: string, seconds: number): string {
    return `${name}=${value}; Path=/; Max-Age=${String(seconds)}; ${this.#security}`;
  }
}
