import type { PartHealth } from '#kernel';
import { ChangeFeed, type ChangeListener, type ChangeSubject } from '#database';

/** A change feed whose freshness and changes a test decides. */
export class FakeChangeFeed extends ChangeFeed {
  fresh = true;
  secondsWithoutDatabase = 0;
  /** Null: where it is not fresh. */
  cutOff: boolean | null = null;
  readonly #listeners: ChangeListener[] = [];

  override isFresh(): boolean {
    return this.fresh;
  }

  override secondsSinceDatabaseSeen(): number {
    return this.secondsWithoutDatabase;
  }

  override isCutOff(): boolean {
    return this.cutOff ?? super.isCutOff();
  }

  override subscribe(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  override onDatabaseBack(): void {
    // It never went away.
  }

  override announce(...subjects: ChangeSubject[]): void {
    for (const subject of subjects)
      this.#listeners.forEach((listener) => {
        listener.changed(subject);
      });
  }

  /** Changes may have been missed. */
  loseTrack(): void {
    this.#listeners.forEach((listener) => {
      listener.reset();
    });
  }

  override health(): PartHealth {
    return { part: 'changeFeed', status: 'ok', facts: {} };
  }
}
