import { Failure, Secret } from '#kernel';
import type { RawCallback } from '../callbacks.js';
import { authorizationErrorOf, isRegisteredError, type AuthorizationError } from './authorization-error.js';

const longestState = 2048;
/** RFC 6749 leaves the size of a code to the issuer: only the HTTP server's own limits on a request are smaller. */
const longestCode = 64 * 1024;

/** A callback whose values are texts of acceptable length. Their meaning is not known yet. */
export interface CallbackParameters {
  readonly state: Secret;
  readonly answer: CallbackAnswer;
  readonly browserIds: readonly Secret[];
}

/** Deskera's answer: a code, an error, or nothing. */
export type CallbackAnswer =
  | { readonly kind: 'code'; readonly code: Secret }
  | { readonly kind: 'error'; readonly error: AuthorizationError }
  | { readonly kind: 'nothing' };

/** @throws Failure `invalid_request`, `missing_state` */
export function parseCallback(raw: RawCallback): CallbackParameters {
  const state = optionalText('state', raw.state, longestState);
  const code = optionalText('code', raw.code, longestCode);
  const error = optionalText('error', raw.error, longestCode);
  if (state === null) throw new Failure('missing_state', 'The callback brought no state.');
  return { state: Secret.of(state), answer: answerIn(code, error), browserIds: raw.browserIds };
}

/** A code counts unless a registered error comes with it. */
function answerIn(code: string | null, error: string | null): CallbackAnswer {
  const hasCode = code !== null && !isPlaceholder(code);
  if (hasCode && (error === null || !isRegisteredError(error)))
    return { kind: 'code', code: Secret.of(code) };
  const meant = error === null ? null : authorizationErrorOf(error);
  return meant === null ? { kind: 'nothing' } : { kind: 'error', error: meant };
}

/** Words that scripts write into a URL for a missing value. No issuer uses them as a code. */
function isPlaceholder(code: string): boolean {
  return code === 'undefined' || code === 'null';
}

/**
 * A parameter without a value counts as omitted, and a repeated one makes the request invalid (RFC 6749, section
 * 3.1).
 */
function optionalText(name: string, value: unknown, longest: number): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string')
    throw new Failure('invalid_request', `The callback's ${name} must be given once.`);
  if (value.length > longest) throw new Failure('invalid_request', `The callback's ${name} is too long.`);
  return value;
}
