import { Failure } from '#kernel';
import type { AfterHandOut } from './hand-out-store.js';
import { adminKeyActor } from './actors.js';

const hourMilliseconds = 3_600_000;

const actor = new RegExp(`^(${adminKeyActor}|key:[A-Za-z0-9-]{1,64})$`);
const connectionId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Hours since 1970; seven digits reach to the year 3110. */
const hours = /^\d{1,7}$/;

/** Cursors are opaque to callers, and distrusted when they come back: `<hours since 1970>|<actor or connection>`. */
export function handOutCursor({ hour, other }: AfterHandOut): string {
  const start = String(hour.getTime() / hourMilliseconds);
  return Buffer.from(`${start}|${other}`).toString('base64url');
}

/** @throws Failure `invalid_cursor` */
export function readCursorOfConnection(cursor: string | null): AfterHandOut | null {
  return read(cursor, actor);
}

/** @throws Failure `invalid_cursor` */
export function readCursorOfActor(cursor: string | null): AfterHandOut | null {
  return read(cursor, connectionId);
}

function read(cursor: string | null, expected: RegExp): AfterHandOut | null {
  if (cursor === null) return null;
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(cursor)) throw invalidCursor();
  const [start, other, ...more] = Buffer.from(cursor, 'base64url').toString('utf8').split('|');
  if (start === undefined || other === undefined || more.length > 0) throw invalidCursor();
  if (!hours.test(start) || !expected.test(other)) throw invalidCursor();
  return { hour: new Date(Number(start) * hourMilliseconds), other };
}

function invalidCursor(): Failure {
  return new Failure('invalid_cursor', 'The cursor is not one that this list handed out.');
}
