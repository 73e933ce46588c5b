/** Milliseconds since 1970: when a call began, and when its answer was there or nobody waited for it any more. */
interface Taken {
  readonly from: number;
  readonly to: number;
}

export interface Answer extends Taken {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  readonly location: string | null;
  /** The cookies it sets, as a browser sends them back. */
  readonly cookie: string | null;
  readonly type: string;
  readonly retryAfter: string | null;
}

/** No answer came: the process may be dead, stopped or cut off. */
export interface Silence extends Taken {
  readonly failure: string;
}

export interface Request {
  readonly method?: string;
  readonly key?: string;
  readonly body?: unknown;
  readonly cookie?: string | null;
}

const patienceMilliseconds = 25_000;

/** Calls a broker with a key, for whoever does not ask why there is no answer: null. */
export async function callBroker(url: string, path: string, request: Request = {}): Promise<Answer | null> {
  const outcome = await askBroker(url, path, request);
  return 'failure' in outcome ? null : outcome;
}

/** Calls a broker with a key. */
export async function askBroker(
  url: string,
  path: string,
  { method = 'GET', key, body, cookie = null }: Request = {},
): Promise<Answer | Silence> {
  const from = Date.now();
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === null ? {} : { cookie }),
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
      cookie: cookieOf(response.headers.getSetCookie()),
      type,
      retryAfter: response.headers.get('retry-after'),
      from,
      to: Date.now(),
    };
  } catch (error) {
    return { failure: reasonOf(error), from, to: Date.now() };
  }
}

function cookieOf(set: readonly string[]): string | null {
  return set.length === 0 ? null : set.map((cookie) => cookie.split(';')[0]).join('; ');
}

/** What fetch throws says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  return String(cause ?? error);
}
