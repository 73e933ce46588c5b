/** The names of callers in histories: the public id of a key, or the configured admin key. */
export const adminKeyActor = 'admin_key';

const keyPrefix = 'key:';

export function actorOfKey(keyId: string): string {
  return `${keyPrefix}${keyId}`;
}

/** @returns null for the configured admin key */
export function keyIdOf(actor: string): string | null {
  return actor.startsWith(keyPrefix) ? actor.slice(keyPrefix.length) : null;
}
