/** An answer before it is sent: faults may still delay, cut or swallow it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a call came to, for the counters, and its answer. */
export interface Handled {
  readonly outcome: 'succeeded' | 'refused' | 'client_refused' | 'bad_request';
  readonly answer: Answer;
}

/** Spring's token endpoints forbid caching (RFC 6749, section 5.1). */
export function jsonAnswer(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

export function emptyAnswer(status: number): Answer {
  return { status, headers: { 'cache-control': 'no-store' }, body: '' };
}
