export interface Answer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  readonly location: string | null;
  readonly type: string;
  readonly retryAfter: string | null;
  readonly from: number;
  readonly to: number;
}

const patienceMilliseconds = 25_000;

/** Calls a broker with a key. Null: no answer came, the process may be dead, stopped or cut off. */
export async function callBroker(
  url: string,
  path: string,
  { method = 'GET', key, body }: { method?: string; key?: string; body?: unknown } = {},
): Promise<Answer | null> {
  const from = Date.now();
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMilliseconds),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      json: type.includes('json') && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {},
      location: response.headers.get('location'),
      type,
      retryAfter: response.headers.get('retry-after'),
      from,
      to: Date.now(),
    };
  } catch {
    return null;
  }
}
