/** How history names callers: keys by their id, which is public, and the one of the configuration. */
export const adminKeyActor = 'admin_key';

const keyPrefix = 'key:';

export function actorOfKey(keyId: string): string {
  return `${keyPrefix}${keyId}`;
}

/** @returns null for the admin key of the configuration */
export function keyIdOf(actor: string): string | null {
  return actor.startsWith(keyPrefix) ? actor.slice(keyPrefix.length) : null;
}
