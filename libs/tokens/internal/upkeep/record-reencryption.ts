import { Injectable } from '@nestjs/common';
import { EncryptedRecords, type ReencryptedBatch, type EncryptedRows } from '#vault';
import { SpoolSeals } from '#spool';
import {
  Reencryption,
  type KeyUse,
  type ReencryptedRows,
  type ReencryptionProgress,
  type ReencryptionReport,
} from '../../reencryption.js';
import { SpoolReplay } from '../durability/spool-replay.js';

const rowsPerBatch = 200;
/**
 * The second walk finds values that were encrypted under an old key during the first; more walks would only compete
 * with running brokers.
 */
const mostWalks = 4;
const mostIds = 10;

/** Counts of one walk over up to a million rows. */
class Walk {
  resealed = 0;
  current = 0;
  moved = 0;
  readonly unreadable = new Map<string | null, number>();
  readonly unreadableIds: string[] = [];

  get unreadableRows(): number {
    return [...this.unreadable.values()].reduce((sum, rows) => sum + rows, 0);
  }

  get done(): number {
    return this.resealed + this.current + this.moved + this.unreadableRows;
  }

  add(batch: ReencryptedBatch): void {
    this.resealed += batch.resealed;
    this.current += batch.current;
    this.moved += batch.moved;
    for (const { rowId, keyId } of batch.unreadable) {
      this.unreadable.set(keyId, (this.unreadable.get(keyId) ?? 0) + 1);
      if (this.unreadableIds.length < mostIds) this.unreadableIds.push(rowId);
    }
  }
}

interface Walked {
  readonly last: Walk;
  readonly rows: ReencryptedRows;
}

type Tell = (progress: ReencryptionProgress) => void;

@Injectable()
export class RecordReencryption extends Reencryption {
  constructor(
    private readonly stock: EncryptedRecords,
    private readonly spool: SpoolReplay,
    private readonly spoolSeals: SpoolSeals,
  ) {
    super();
  }

  override async run(tell: Tell, signal: AbortSignal): Promise<ReencryptionReport> {
    // What waits there gets into its rows under the first key.
    await this.spool.replay();
    const walked: Walked[] = [];
    for (const kind of this.stock.kinds) walked.push(await this.#untilNothingIsLeft(kind, tell, signal));
    const { byKey, blind } = await this.spoolSeals.count();
    const otherKeys = keyUses(walked, byKey, this.stock.currentKeyId);
    const left = walked.some(({ last }) => last.moved + last.resealed > 0);
    return {
      currentKeyId: this.stock.currentKeyId,
      kinds: walked.map(({ rows }) => rows),
      otherKeys,
      spoolUnreadable: blind,
      interrupted: signal.aborted,
      complete: !signal.aborted && !blind && !left && otherKeys.length === 0,
    };
  }

  /** @returns the last walk, which found nothing to do or reached the limit */
  async #untilNothingIsLeft(kind: EncryptedRows, tell: Tell, signal: AbortSignal): Promise<Walked> {
    let resealed = 0;
    for (let number = 1; ; number += 1) {
      const last = await this.#walk(kind, number, tell, signal);
      resealed += last.resealed;
      const isDone = last.resealed + last.moved === 0;
      if (isDone || number === mostWalks || signal.aborted)
        return { last, rows: rowsOf(kind, last, resealed) };
    }
  }

  async #walk(kind: EncryptedRows, number: number, tell: Tell, signal: AbortSignal): Promise<Walk> {
    const total = await kind.count();
    const walk = new Walk();
    let next: string | null = null;
    do {
      const batch: ReencryptedBatch = await kind.reseal(next, rowsPerBatch);
      next = batch.next;
      walk.add(batch);
      tell({ kind: kind.kind, walk: number, done: walk.done, total });
    } while (next !== null && !signal.aborted);
    return walk;
  }
}

function rowsOf({ kind }: EncryptedRows, last: Walk, resealed: number): ReencryptedRows {
  return {
    kind,
    resealed,
    current: last.current + last.resealed,
    unreadable: last.unreadableRows,
    unreadableIds: last.unreadableIds,
    left: last.moved,
  };
}

function keyUses(
  walked: readonly Walked[],
  spooled: ReadonlyMap<string | null, number>,
  currentKeyId: string,
): readonly KeyUse[] {
  const rowsUnder = (keyId: string | null): number =>
    walked.reduce((sum, { last }) => sum + (last.unreadable.get(keyId) ?? 0), 0);
  const keyIds = new Set([...walked.flatMap(({ last }) => [...last.unreadable.keys()]), ...spooled.keys()]);
  return [...keyIds]
    .filter((keyId) => keyId !== currentKeyId)
    .map((keyId) => ({ keyId, rows: rowsUnder(keyId), spooled: spooled.get(keyId) ?? 0 }));
}
