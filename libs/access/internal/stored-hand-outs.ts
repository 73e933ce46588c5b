import { Injectable } from '@nestjs/common';
import { HandOutStore, type HandOutRecord } from './hand-out-store.js';
import {
  HandOutHistory,
  type HandOutPage,
  type HandOutPageRequest,
  type HandOutView,
} from '../hand-out-history.js';
import { actorOfKey, adminKeyActor, keyIdOf } from './actors.js';
import { handOutCursor, readCursorOfActor, readCursorOfConnection } from './hand-out-cursors.js';

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

/** @param rows one more than the page holds, where there are more */
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
