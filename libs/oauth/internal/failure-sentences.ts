import { Failure, failureKinds, type FailureCode, type FailureOptions } from '#kernel';

const retryAfterSeconds = 5;

/** Sentences for a failed callback, landing or confirmation. */
const sentences = {
  missing_code: 'The callback brought neither a code nor an error.',
  unknown_state: 'The state is not one that this broker gave out.',
  access_denied: 'The access was denied at Deskera. A new connect link is needed to try again.',
  wrong_browser: 'This has to come from the browser in which the connect link was opened.',
  org_mismatch: 'Another Deskera organisation was chosen than the one that has to be connected.',
  org_connected_elsewhere: 'This Deskera organisation is connected elsewhere already.',
  connect_superseded: 'A newer connect or disconnect of the same organisation came first.',
  state_already_used: 'The state was used already.',
  state_expired: 'The connect session has expired. A new connect link is needed.',
  code_exchange_failed:
    'Deskera did not hand over a token for this connect. The connect link has to be opened again.',
  deskera_unavailable: 'Deskera cannot be asked at the moment.',
  deskera_client_refused: 'Deskera refuses the client that this broker is registered as.',
} as const satisfies Partial<Record<FailureCode, string>>;

export type ConnectFailureCode = keyof typeof sentences;

/** A failure with its sentence; a passing one has a retry time. */
export function connectFailure(code: ConnectFailureCode, options: FailureOptions = {}): Failure {
  const retry = failureKinds[code].status === 503 ? { retryAfterSeconds } : {};
  return new Failure(code, sentences[code], { ...retry, ...options });
}

/** A recorded failure, as it was reported the first time, but without a retry time. */
export function recordedFailure(code: string): Failure {
  if (hasSentence(code)) return new Failure(code, sentences[code]);
  return connectFailure('code_exchange_failed', {
    internal: `an outcome with the code ${code} is on record`,
  });
}

function hasSentence(code: string): code is ConnectFailureCode {
  return Object.hasOwn(sentences, code);
}
