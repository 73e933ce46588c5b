import type { PartHealth } from '#kernel';
import { ChangeFeed } from '#database';

/** What is cached is for the proof of freshness to guard; here every read is cold. */
export class ModelFeed extends ChangeFeed {
  readonly #whenBack: (() => void)[] = [];
  #answers = false;

  /** A poll went through, or did not. */
  polled(answers: boolean): void {
    const isBack = answers && !this.#answers;
    this.#answers = answers;
    if (isBack) for (const callback of this.#whenBack) callback();
  }

  override isFresh(): boolean {
    return false;
  }

  override secondsSinceDatabaseSeen(): number {
    return Infinity;
  }

  override subscribe(): void {
    // Nothing is remembered.
  }

  override onDatabaseBack(callback: () => void): void {
    this.#whenBack.push(callback);
  }

  override announce(): void {
    // Nobody remembers anything.
  }

  override health(): PartHealth {
    return { part: 'changes', status: 'ok', facts: {} };
  }
}
