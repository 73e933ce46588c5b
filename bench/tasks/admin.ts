/** An operator's script, with the admin key. */
export class Admin {
  constructor(
    private readonly brokerUrl: string,
    private readonly adminKey: string,
  ) {}

  /** @throws where the answer is not a good one */
  async ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.brokerUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.adminKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${String(response.status)}: ${text}`);
    return JSON.parse(text) as Answer;
  }
}
