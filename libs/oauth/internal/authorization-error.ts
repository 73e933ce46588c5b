/**
 * What an `error` of the authorization response means for the connect (RFC 6749, section 4.1.2.1):
 * - `denied`: the person, or Deskera for the person, said no. Only this ends the session;
 * - `unavailable`: Deskera cannot serve the request at the moment;
 * - `misconfigured`: Deskera refuses the client or the request that this broker is configured to send;
 * - `incomplete`: anything else, such as a login that was not finished. The person may try again.
 */
export type AuthorizationError = 'denied' | 'unavailable' | 'misconfigured' | 'incomplete';

/** Compared without case and separators: `Access-Denied` and `accessDenied` are the same word. */
const meanings: Readonly<Record<string, AuthorizationError>> = {
  accessdenied: 'denied',
  servererror: 'unavailable',
  temporarilyunavailable: 'unavailable',
  invalidrequest: 'misconfigured',
  invalidclient: 'misconfigured',
  unauthorizedclient: 'misconfigured',
  unsupportedresponsetype: 'misconfigured',
  invalidscope: 'misconfigured',
  redirecturimismatch: 'misconfigured',
};

/** Written by a script for a value that is missing. */
const placeholders: readonly string[] = ['', 'undefined', 'null', 'none', 'false', '0'];

/** @returns null where the text names no error */
export function authorizationErrorOf(text: string): AuthorizationError | null {
  const word = text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (placeholders.includes(word) && !/[^\sa-z0-9]/i.test(text)) return null;
  return Object.hasOwn(meanings, word) ? (meanings[word] ?? 'incomplete') : 'incomplete';
}
