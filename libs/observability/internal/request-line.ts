/** What is known of a request once it was answered, or given up by its caller. */
export interface AnsweredRequest {
  readonly method: string;
  /** As it was registered, such as `/connect/:id`; undefined where nothing matched. */
  readonly route: string | undefined;
  /** null where the caller left before the answer. */
  readonly status: number | null;
  readonly durationMilliseconds: number;
  /** Told where the request was refused for who sent it. */
  readonly clientAddress?: string;
  /** The public id of the key that was shown; null: none. */
  readonly keyId?: string | null;
}

export interface RequestLine {
  readonly level: 'debug' | 'log' | 'warn';
  readonly line: {
    readonly msg: string;
    readonly method: string;
    readonly route: string;
    readonly status: number | null;
    readonly durationMilliseconds: number;
    readonly clientAddress?: string;
    readonly keyId?: string | null;
  };
}

const refusedForItsSender: ReadonlySet<number | null> = new Set([401, 403, 429]);

/**
 * Method, registered route, status and duration, and no more: a path can hold a link id, a query a code, a header or
 * body a token. What is asked every second and went well is for debugging only.
 */
export function requestLine({
  method,
  route = 'unmatched',
  status,
  durationMilliseconds,
  clientAddress,
  keyId = null,
}: AnsweredRequest): RequestLine {
  const outcome = status === null ? 'aborted' : String(status);
  return {
    level: levelOf(method, route, status),
    line: {
      msg: `${method} ${route} ${outcome}`,
      method,
      route,
      status,
      durationMilliseconds: Math.round(durationMilliseconds * 10) / 10,
      ...(clientAddress !== undefined && refusedForItsSender.has(status) && { clientAddress, keyId }),
    },
  };
}

function levelOf(method: string, route: string, status: number | null): RequestLine['level'] {
  if (isHealth(route) || (isRead(method, route) && isGood(status))) return 'debug';
  return status !== null && status >= 500 ? 'warn' : 'log';
}

/** Asked by probes; whether it is well is seen by those who ask. */
function isHealth(route: string): boolean {
  return route === '/health' || route.startsWith('/health/');
}

/** The callback changes something though Deskera calls it with GET. */
function isRead(method: string, route: string): boolean {
  return (method === 'GET' || method === 'HEAD') && route !== '/oauth/callback';
}

function isGood(status: number | null): boolean {
  return status !== null && ((status >= 200 && status < 300) || status === 304);
}
