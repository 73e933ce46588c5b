import { Injectable } from '@nestjs/common';
import { HandOutStore, type HandOutRecord, type AfterHandOut } from './hand-out-store.js';
import {
  HandOutHistory,
  type HandOutPage,
  type HandOutPageRequest,
  type HandOutView,
} from '../hand-out-history.js';
import { actorOfKey, adminKeyActor, keyIdOf } from './actors.js';
import { Failure } from '#kernel';

@Injectable()
export class StoredHandOuts extends HandOutHistory {
  constructor(private readonly store: HandOutStore) {
    super();
  }

  override async ofConnection(
    connectionId: string,
    { limit, cursor }: HandOutPageRequest,
  ): Promise<HandOutPage> {
    const rows = await this.store.ofConnection(connectionId, readCursorOfConnection(cursor), limit + 1);
    return toPage(rows, limit, ({ actor }) => actor);
  }

  override async ofKey(keyId: string | null, { limit, cursor }: HandOutPageRequest): Promise<HandOutPage> {
    const actor = keyId === null ? adminKeyActor : actorOfKey(keyId);
    const rows = await this.store.ofActor(actor, readCursorOfActor(cursor), limit + 1);
    return toPage(rows, limit, ({ connectionId }) => connectionId);
  }
}

/** @param rows one more than the page size if there are further rows */
function toPage(
  rows: readonly HandOutRecord[],
  limit: number,
  other: (row: HandOutRecord) => string,
): HandOutPage {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return {
    items: items.map(toView),
    nextCursor: hasMore ? handOutCursor({ hour: last.hour, other: other(last) }) : null,
  };
}

function toView(row: HandOutRecord): HandOutView {
  return { ...row, keyId: keyIdOf(row.actor) };
}

const hourMilliseconds = 3_600_000;

const actor = new RegExp(`^(${adminKeyActor}|key:[A-Za-z0-9-]{1,64})$`);
const connectionId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Hours since 1970; seven digits reach to the year 3110. */
const hours = /^\d{1,7}$/;

/** Cursors are opaque to callers and validated when they come back: `<hours since 1970>|<actor or connection>`. */
function handOutCursor({ hour, other }: AfterHandOut): string {
  const start = String(hour.getTime() / hourMilliseconds);
  return Buffer.from(`${start}|${other}`).toString('base64url');
}

/** @throws Failure `invalid_cursor` */
function readCursorOfConnection(cursor: string | null): AfterHandOut | null {
  return read(cursor, actor);
}

/** @throws Failure `invalid_cursor` */
function readCursorOfActor(cursor: string | null): AfterHandOut | null {
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
