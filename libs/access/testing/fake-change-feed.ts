import type { PartHealth } from '#kernel';
import { ChangeFeed, type ChangeListener, type ChangeSubject } from '#store';

/** A change feed whose freshness and changes a test decides. */
export class FakeChangeFeed extends ChangeFeed {
  fresh = true;
  secondsWithoutDatabase = 0;
  readonly #listeners: ChangeListener[] = [];

  override isFresh(): boolean {
    return this.fresh;
  }

  override secondsSinceDatabaseSeen(): number {
    return this.secondsWithoutDatabase;
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
