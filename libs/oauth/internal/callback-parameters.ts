import { Failure, Secret } from '#kernel';
import type { RawCallback } from '../callbacks.js';

const longest = 2048;

/** A callback whose values are text of a bearable length; what they mean is not known yet. */
export interface CallbackParameters {
  readonly state: Secret;
  readonly answer: CallbackAnswer;
  readonly browserId: Secret | null;
}

/** What Deskera says: a code, that there is none (`error=`), or nothing. */
export type CallbackAnswer =
  | { readonly kind: 'code'; readonly code: Secret }
  | { readonly kind: 'denied' }
  | { readonly kind: 'passing' }
  | { readonly kind: 'nothing' };

/** RFC 6749, section 4.1.2.1: no word of the person, only that it can't be done at the moment. */
const passingErrors: readonly string[] = ['server_error', 'temporarily_unavailable'];

/** @throws Failure `invalid_request`, `missing_state` */
export function parseCallback(raw: RawCallback): CallbackParameters {
  const state = optionalText('state', raw.state);
  const code = optionalText('code', raw.code);
  const error = optionalText('error', raw.error);
  if (state === null) throw new Failure('missing_state', 'The callback brought no state.');
  return { state: Secret.of(state), answer: answerIn(code, error), browserId: raw.browserId };
}

function answerIn(code: string | null, error: string | null): CallbackAnswer {
  if (error !== null) return { kind: passingErrors.includes(error) ? 'passing' : 'denied' };
  return code === null ? { kind: 'nothing' } : { kind: 'code', code: Secret.of(code) };
}

/** A parameter without a value counts as omitted, one that comes twice makes the request invalid (RFC 6749, 3.1). */
function optionalText(name: string, value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string')
    throw new Failure('invalid_request', `The callback's ${name} must be given once.`);
  if (value.length > longest) throw new Failure('invalid_request', `The callback's ${name} is too long.`);
  return value;
}
