import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SandboxClock } from '../clock.js';

/** A clock that stands still until it is turned; waiting turns it. */
export class TurnedClock implements SandboxClock {
  private time = Date.UTC(2026, 10, 23, 12);

  now(): number {
    return this.time;
  }

  turn(seconds: number): void {
    this.time += seconds * 1000;
  }

  async wait(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    await nextTurn();
  }
}
