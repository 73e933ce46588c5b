import { setTimeout as wait } from 'node:timers/promises';
import type { Scene } from './scene.js';

const pauseMilliseconds = 500;

/** Keeps the story of Deskera told, and says until when it is. */
export class JournalReader {
  readonly #over = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #read = 0;

  constructor(
    private readonly scene: Scene,
    private readonly toldUntil: (at: number) => void,
  ) {}

  start(): void {
    this.#running = this.#keepReading();
  }

  /** Reads what is left. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#running;
    await this.catchUp();
  }

  async catchUp(): Promise<void> {
    const { deskera, story, findings } = this.scene;
    for (;;) {
      const asked = Date.now();
      const { items, dropped } = await deskera.journal(this.#read);
      if (dropped > 0)
        findings.found('blind', `${String(dropped)} entries of the sandbox's journal were not kept`);
      for (const entry of items) story.add(entry);
      this.#read = items.at(-1)?.seq ?? this.#read;
      if (items.length > 0) continue;
      this.toldUntil(asked);
      return;
    }
  }

  async #keepReading(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.catchUp();
      await wait(pauseMilliseconds, undefined, { signal: this.#over.signal }).catch(() => undefined);
    }
  }
}
