import type { ReencryptedBatch } from './encrypted-rows.js';

/** `current`: it was under the first key already. */
export type ResealEnding = 'current' | 'resealed' | 'moved' | 'unreadable';

/** What became of one row, and the key that it named before. */
export interface ResealedRow {
  readonly rowId: string;
  readonly keyId: string | null;
  readonly ending: ResealEnding;
}

/**
 * Adds a batch up.
 * @param most as many as were asked for: where there are fewer, it was the last
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
