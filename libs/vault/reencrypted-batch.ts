import type { ReencryptedBatch } from './encrypted-rows.js';

/** `current`: the row was under the first key already. */
export type ResealEnding = 'current' | 'resealed' | 'moved' | 'unreadable';

/** The result for one row, and the key that it named before. */
export interface ResealedRow {
  readonly rowId: string;
  readonly keyId: string | null;
  readonly ending: ResealEnding;
}

/**
 * Sums up a batch.
 * @param most the requested size; a smaller batch was the last
 */
export function resealedBatch(rows: readonly ResealedRow[], most: number): ReencryptedBatch {
  const endedAs = (ending: ResealEnding): readonly ResealedRow[] =>
    rows.filter((row) => row.ending === ending);
  return {
    next: rows.length < most ? null : (rows.at(-1)?.rowId ?? null),
    resealed: endedAs('resealed').length,
    current: endedAs('current').length,
    moved: endedAs('moved').length,
    unreadable: endedAs('unreadable').map(({ rowId, keyId }) => ({ rowId, keyId })),
  };
}
