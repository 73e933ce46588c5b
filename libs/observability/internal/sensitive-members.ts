import { failureKinds } from '#kernel';

export const redacted = '[redacted]';

const alwaysSecret =
  /token|secret|password|authorization|cookie|credential|connectionstring|linkid|browserid/i;
const keyMaterial = /^(key|keys|adminkey|apikey|encryptionkeys|privatekey)$/i;
/** Addresses can hold codes and tokens in their query, and credentials before their host. */
const address = /^(url|uri|href|location|originalurl|databaseurl|connecturl|redirecturi)$/i;

/** Our failures, SQLSTATEs, and the error codes of Node.js and its libraries. An authorization code is none of these. */
const errorCode = /^([0-9A-Z]{5}|E[A-Z]+(_[A-Z]+)*|[A-Z]+(_[A-Z0-9]+)+)$/;
/** A status of something; an OAuth `state` is random and long. */
const plainWord = /^[a-z_]{1,24}$/;

/**
 * Whether a text under this name may be logged. Only texts are judged: numbers, booleans and null under such names are
 * counts, durations and answers ("tokens: 3", "hasSecret: true").
 */
export function mayBeLogged(name: string, text: string): boolean {
  if (alwaysSecret.test(name) || keyMaterial.test(name) || address.test(name)) return false;
  if (name === 'code') return Object.hasOwn(failureKinds, text) || errorCode.test(text);
  if (name === 'state') return plainWord.test(text);
  return true;
}
