import { Clock } from '#kernel';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

const start = Date.UTC(2026, 0, 1);

/** Milliseconds since the world began: one time for the database, Deskera and every replica. */
export interface WorldTime {
  milliseconds: number;
}

export function dateOf({ milliseconds }: WorldTime): Date {
  return new Date(start + milliseconds);
}

/** A process's view of the world's time. Its timers fire when the world lets the process run. */
export class ReplicaClock extends Clock {
  readonly #timers = new Set<Timer>();

  constructor(private readonly time: WorldTime) {
    super();
  }

  override now(): Date {
    return dateOf(this.time);
  }

  override monotonicMilliseconds(): number {
    return this.time.milliseconds;
  }

  override after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.time.milliseconds + milliseconds, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** When the next timer is due; Infinity where there is none. */
  nextTimer(): number {
    return Math.min(Infinity, ...[...this.#timers].map(({ at }) => at));
  }

  /** Fires the earliest timer, if it is due. */
  fireOne(): boolean {
    const [first] = [...this.#timers].sort((a, b) => a.at - b.at);
    if (first === undefined || first.at > this.time.milliseconds) return false;
    this.#timers.delete(first);
    first.callback();
    return true;
  }
}
