import { Clock } from '../clock.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it; timers fire in order of their time. */
export class ManualClock extends Clock {
  #wall: number;
  #monotonic = 0;
  readonly #timers = new Set<Timer>();

  constructor(start = new Date('2026-01-01T00:00:00Z')) {
    super();
    this.#wall = start.getTime();
  }

  override now(): Date {
    return new Date(this.#wall);
  }

  override monotonicMilliseconds(): number {
    return this.#monotonic;
  }

  override after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#monotonic + milliseconds, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Moves both clocks on and fires what became due, earliest first. */
  advance(milliseconds: number): void {
    const target = this.#monotonic + milliseconds;
    for (let next = this.#earliest(target); next !== undefined; next = this.#earliest(target)) {
      this.#timers.delete(next);
      this.#moveTo(next.at);
      next.callback();
    }
    this.#moveTo(target);
  }

  /** Sets the wall clock alone, as an operator or NTP may. */
  setWallClock(now: Date): void {
    this.#wall = now.getTime();
  }

  #earliest(target: number): Timer | undefined {
    return [...this.#timers].filter((timer) => timer.at <= target).sort((a, b) => a.at - b.at)[0];
  }

  #moveTo(monotonic: number): void {
    this.#wall += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}
