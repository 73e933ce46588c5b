/** As many of a busy turn wait for each other at most: the first of them for some 0.3 ms. */
const mostTogether = 16;

/** Does what it is given, in its order, when the event loop has seen to all that had arrived, or enough has come together. */
export class EndOfTurn {
  readonly #tasks: (() => void)[] = [];
  #isAwaited = false;

  /** @param task must not throw */
  add(task: () => void): void {
    this.#tasks.push(task);
    if (this.#tasks.length >= mostTogether) this.#doAll();
    else if (!this.#isAwaited) this.#await();
  }

  #await(): void {
    this.#isAwaited = true;
    setImmediate(() => {
      this.#isAwaited = false;
      this.#doAll();
    });
  }

  #doAll(): void {
    for (const task of this.#tasks.splice(0)) task();
  }
}
