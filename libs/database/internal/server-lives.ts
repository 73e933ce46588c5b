import { Injectable } from '@nestjs/common';
import { databaseReadOnly } from './database-failure.js';

/** Which life of the server the proof of freshness is about, and what to do where a read came from another. */
@Injectable()
export class ServerLives {
  #proven: string | null = null;
  #onOther: () => void = () => undefined;
  #onReadOnly: () => void = () => undefined;
  readonly #onLeft: (() => void)[] = [];

  /** Called for each read that another server, or another life of the server, answered. Synchronous. */
  onOther(callback: () => void): void {
    this.#onOther = callback;
  }

  /** Called once for each life that the proof of freshness has left. */
  onLeft(callback: () => void): void {
    this.#onLeft.push(callback);
  }

  left(): void {
    for (const callback of this.#onLeft) callback();
  }

  /** Called for each read that a server answered which does not write. */
  onReadOnly(callback: () => void): void {
    this.#onReadOnly = callback;
  }

  /** @param life from `dataLife`, read in the statement that proves */
  proved(life: string): void {
    this.#proven = life;
  }

  /**
   * To be called with the life in each row that may be remembered, before the row is passed on.
   * @throws Failure `broker_unavailable` where the server does not write
   */
  recognize(life: string | null): void {
    if (life === null) {
      this.#onReadOnly();
      throw databaseReadOnly();
    }
    if (this.#proven !== null && life !== this.#proven) this.#onOther();
  }
}
