/** No outage of a run is longer. Milliseconds. */
const longestInSpool = 40_000;

/** From Deskera's answer to its commit, on a busy machine. Milliseconds. */
const longestSave = 2_000;

/** A failover to a standby that was behind. Milliseconds since 1970. */
export interface Loss {
  /** What was committed before is on the standby; commits from here on may be gone. */
  readonly from: number;
  /** When the old primary died: nothing was committed there afterwards. */
  readonly diedAt: number;
  /** When the new primary accepted writes. */
  readonly to: number;
}

/** A time in which the database refused to write; null: it still does. */
interface RefusedWrites {
  readonly from: number;
  to: number | null;
}

/** What failovers lost of that which was committed and answered. Nobody can be held to an answer whose commit is gone. */
export class Losses {
  readonly #losses: Loss[] = [];
  readonly #refused: RefusedWrites[] = [];

  add(loss: Loss): void {
    this.#losses.push(loss);
  }

  /** The database begins to refuse writes. @returns ends it */
  refuseWrites(): () => void {
    const refused: RefusedWrites = { from: Date.now(), to: null };
    this.#refused.push(refused);
    return () => {
      refused.to = Date.now();
    };
  }

  /** Whether a grant that came within that time may lie in a spool, where the other replicas do not see it. */
  maySpool(from: number, to: number): boolean {
    return this.#refused.some((refused) => to >= refused.from && from <= (refused.to ?? Infinity));
  }

  get latest(): Loss | null {
    return this.#losses.at(-1) ?? null;
  }

  /** Whether what was committed within that time may be gone. */
  touch(from: number, to: number): boolean {
    return this.#losses.some((loss) => to >= loss.from && from <= loss.to);
  }

  /** Whether an answer of Deskera that came at that moment may have been committed, and lost with the commit. */
  mayHaveTaken(answeredAt: number): boolean {
    return this.#losses.some((loss) => answeredAt + longestSave >= loss.from && answeredAt <= loss.diedAt);
  }

  /** Whether an answer that went to the spool first may have been committed later, and lost with the commit. */
  mayHaveTakenFromSpool(answeredAt: number): boolean {
    return this.#losses.some((loss) => answeredAt <= loss.diedAt && answeredAt + longestInSpool >= loss.from);
  }

  /** Whether a failover lies between: what was known at the first moment may be unknown at the second. */
  between(known: number, asked: number): boolean {
    return this.#losses.some((loss) => known >= loss.from && known <= loss.to && asked >= loss.from);
  }
}
