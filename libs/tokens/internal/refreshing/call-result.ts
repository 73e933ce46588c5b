/** The result of a call to Deskera for the callers that waited. They are answered from the row. */
export type CallResult =
  /** The row holds the outcome. */
  | { readonly kind: 'done' }
  /** Another process holds the lease, or the row changed: read it again. */
  | { readonly kind: 'lost' }
  /** The call could not be made, or had no usable answer. */
  | { readonly kind: 'blocked'; readonly by: 'deskera_unavailable' | 'client_refused' | 'check_limited' };

export const done: CallResult = { kind: 'done' };
export const lost: CallResult = { kind: 'lost' };

export function blocked(by: Extract<CallResult, { kind: 'blocked' }>['by']): CallResult {
  return { kind: 'blocked', by };
}
