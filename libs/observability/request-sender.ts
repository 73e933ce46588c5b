/** The sender of a request. */
export interface RequestSender {
  /** Public id of the presented key, valid or not; null if it has none. */
  readonly keyId: string | null;
  /** Whether the key was accepted. */
  readonly isAdmitted: boolean;
}

const unknown: RequestSender = { keyId: null, isAdmitted: false };
const senders = new WeakMap<object, RequestSender>();

/** Adds the sender to the request's log line. */
export function rememberSender(request: object, sender: RequestSender): void {
  senders.set(request, sender);
}

export function senderOf(request: object): RequestSender {
  return senders.get(request) ?? unknown;
}
