import type { Failure } from '#kernel';
import type { CallbackResult } from '#oauth';
import { asksForHtml, asksForJson } from './accept.js';

export type CallbackAnswer =
  | { readonly kind: 'connected' }
  | { readonly kind: 'send_on'; readonly to: string; readonly failure: Failure | null }
  | { readonly kind: 'page'; readonly failure: Failure }
  | { readonly kind: 'problem'; readonly failure: Failure };

/**
 * V1's callback is a call that wants JSON; V2's is a person's navigation, which ends at a page. Where no session tells
 * which of the two it is, the caller's `Accept` does.
 */
export function callbackAnswer(result: CallbackResult, accept: string | undefined): CallbackAnswer {
  const { session } = result;
  if (result.kind === 'stored') {
    const { apiVersion, returnTo } = result.session;
    return apiVersion === 'v1' ? { kind: 'connected' } : { kind: 'send_on', to: returnTo, failure: null };
  }
  const { failure } = result;
  if (session === null) return { kind: asksForHtml(accept) ? 'page' : 'problem', failure };
  if (session.apiVersion === 'v1' || asksForJson(accept)) return { kind: 'problem', failure };
  return staysHere(failure) ? { kind: 'page', failure } : { kind: 'send_on', to: session.returnTo, failure };
}

/** Somebody else's browser is told so, and not led into the connect of the one who began it. */
function staysHere({ code }: Failure): boolean {
  return code === 'wrong_browser';
}
