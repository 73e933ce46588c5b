import { firstForm } from './web-form.js';

/** Where a browser ended up. */
export interface Page {
  readonly address: string;
  readonly status: number;
  readonly html: string;
}

/** A person with a browser: opens links, follows redirects, keeps cookies, sends forms. */
export class Person {
  readonly #cookies = new Map<string, string>();

  /** Opens an address as a click on a link does. */
  async open(address: string): Promise<Page> {
    return this.#go(address, { method: 'GET' });
  }

  /** Sends the page's form with a button whose text begins with the given word, all else as the page suggests. */
  async press(page: Page, word: string): Promise<Page> {
    const { action, fields, buttons } = firstForm(page.html, page.address);
    const button = buttons.find(({ text }) => text.startsWith(word));
    if (button === undefined) throw new Error(`the page has no button "${word}"`);
    const body = new URLSearchParams(fields);
    if (button.name !== '') body.append(button.name, button.value);
    return this.#go(action, { method: 'POST', body });
  }

  async #go(address: string, request: RequestInit): Promise<Page> {
    const response = await fetch(address, {
      ...request,
      headers: { accept: 'text/html', cookie: this.#cookieHeader(address) },
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
    });
    this.#keepCookies(address, response);
    const location = response.headers.get('location');
    if (location === null) return { address, status: response.status, html: await response.text() };
    await response.body?.cancel();
    return this.#go(new URL(location, address).href, { method: 'GET' });
  }

  #cookieHeader(address: string): string {
    const { host } = new URL(address);
    return [...this.#cookies]
      .flatMap(([key, value]) => (key.startsWith(`${host} `) ? [value] : []))
      .join('; ');
  }

  #keepCookies(address: string, response: Response): void {
    const { host } = new URL(address);
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      this.#cookies.set(`${host} ${pair.split('=')[0] ?? ''}`, pair);
    }
  }
}
