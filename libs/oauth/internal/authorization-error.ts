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

/** Codes of RFC 6749 (section 4.1.2.1) and OpenID Connect Core 1.0 (section 3.1.2.6), without separators. */
const registered: ReadonlySet<string> = new Set([
  'accessdenied',
  'servererror',
  'temporarilyunavailable',
  'invalidrequest',
  'unauthorizedclient',
  'unsupportedresponsetype',
  'invalidscope',
  'interactionrequired',
  'loginrequired',
  'accountselectionrequired',
  'consentrequired',
  'invalidrequesturi',
  'invalidrequestobject',
  'requestnotsupported',
  'requesturinotsupported',
  'registrationnotsupported',
]);

/** Words that scripts write for a missing value, without quotation marks and brackets. */
const placeholders: ReadonlySet<string> = new Set([
  '',
  'undefined',
  'null',
  'nil',
  'none',
  'nan',
  'false',
  '0',
  'object object',
]);
const wrapping = /^[\s"'()<>[\]]+|[\s"'()<>[\]]+$/g;

/** @returns null if the text names no error */
export function authorizationErrorOf(text: string): AuthorizationError | null {
  if (placeholders.has(text.toLowerCase().replaceAll(wrapping, ''))) return null;
  const word = wordOf(text);
  return Object.hasOwn(meanings, word) ? (meanings[word] ?? 'incomplete') : 'incomplete';
}

/** Whether the text is an error code that a server may send; additions of an intermediary beside a code are not. */
export function isRegisteredError(text: string): boolean {
  return registered.has(wordOf(text));
}

function wordOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
