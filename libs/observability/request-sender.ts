/** What is known of the sender of a request. */
export interface RequestSender {
  /** The public id in the key that was shown, good or bad; null: there is none in it. */
  readonly keyId: string | null;
  /** Whether the key opened the door. */
  readonly isAdmitted: boolean;
}

const unknown: RequestSender = { keyId: null, isAdmitted: false };
const senders = new WeakMap<object, RequestSender>();

/** For the request's line in the log. */
export function rememberSender(request: object, sender: RequestSender): void {
  senders.set(request, sender);
}

export function senderOf(request: object): RequestSender {
  return senders.get(request) ?? unknown;
}
