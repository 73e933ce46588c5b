import { Failure } from '#kernel';
import type { ListedConnection, ListingQuery, StoredEvent } from '#connections';

/** Cursors are opaque to callers, and distrusted when they come back. */
export function listCursor({ createdAt, record }: ListedConnection): string {
  return encode([createdAt, record.connectionId]);
}

/** @throws Failure `invalid_cursor` */
export function readListCursor(cursor: string | null): ListingQuery['after'] {
  if (cursor === null) return null;
  const [createdAt, connectionId, ...others] = decode(cursor);
  if (createdAt === undefined || connectionId === undefined || others.length > 0) throw invalidCursor();
  if (!/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d){0,2}$/.test(createdAt))
    throw invalidCursor();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(connectionId)) throw invalidCursor();
  if (Number.isNaN(Date.parse(createdAt.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))))
    throw invalidCursor();
  return { createdAt, connectionId };
}

export function eventCursor({ eventId }: StoredEvent): string {
  return encode([eventId]);
}

/** @throws Failure `invalid_cursor` */
export function readEventCursor(cursor: string | null): string | null {
  if (cursor === null) return null;
  const [eventId, ...others] = decode(cursor);
  if (eventId === undefined || others.length > 0 || !/^\d{1,18}$/.test(eventId)) throw invalidCursor();
  return eventId;
}

function encode(parts: readonly string[]): string {
  return Buffer.from(parts.join('|')).toString('base64url');
}

function decode(cursor: string): string[] {
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(cursor)) throw invalidCursor();
  return Buffer.from(cursor, 'base64url').toString('utf8').split('|');
}

function invalidCursor(): Failure {
  return new Failure('invalid_cursor', 'The cursor is not one that this list handed out.');
}
