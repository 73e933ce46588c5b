import { Agent, request } from 'node:http';

/** A sibling service: a key of its own, and one kept connection for each of its calls at a time. */
export class TokensService implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  private constructor(
    private readonly key: string,
    private readonly brokerUrls: readonly string[],
  ) {}

  static async open(brokerUrls: readonly string[], adminKey: string): Promise<TokensService> {
    const response = await fetch(`${brokerUrls[0] ?? ''}/admin/api/service-keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'bench', scopes: ['tokens:read'], tenants: ['*'] }),
    });
    if (response.status !== 201) throw new Error(`There is no key: ${await response.text()}`);
    return new TokensService(((await response.json()) as { key: string }).key, brokerUrls);
  }

  /**
   * Asks one of the brokers, by turns.
   * @returns whether a token came that is good as far as the broker knows
   */
  read(tenantId: string, turn: number): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const broker = this.brokerUrls[turn % this.brokerUrls.length] ?? '';
    const call = request(
      `${broker}/v1/tenants/${tenantId}/deskera-token`,
      { agent: this.#agent, headers: { authorization: `Bearer ${this.key}` } },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => (body += text));
        answer.once('end', () => {
          resolve(answer.statusCode === 200 && body.includes('"degraded":null'));
        });
      },
    );
    call.once('error', reject).end();
    return promise;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
