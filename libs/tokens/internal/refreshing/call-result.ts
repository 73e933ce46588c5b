/** What became of a call to Deskera, for the callers who waited for it; they are answered from the row all the same. */
export type CallResult =
  /** The row holds the outcome. */
  | { readonly kind: 'done' }
  /** Somebody else holds the lease, or the row moved: look again. */
  | { readonly kind: 'lost' }
  /** What was needed could not be had now. */
  | { readonly kind: 'blocked'; readonly by: 'deskera_unavailable' | 'client_refused' | 'check_limited' };

export const done: CallResult = { kind: 'done' };
export const lost: CallResult = { kind: 'lost' };

export function blocked(by: Extract<CallResult, { kind: 'blocked' }>['by']): CallResult {
  return { kind: 'blocked', by };
}
