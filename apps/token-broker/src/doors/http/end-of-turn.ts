/** As many of a busy turn wait for each other at most: the first of them for some 0.3 ms. */
const mostTogether = 16;

/**
 * Does the first thing of a turn of the event loop at once, and those that follow it in the same turn together: when the loop
 * has seen to all that had arrived, or enough has come together. All in their order.
 */
export class EndOfTurn {
  readonly #tasks: (() => void)[] = [];
  #isWithinTurn = false;

  /** @param task must not throw */
  add(task: () => void): void {
    if (this.#isWithinTurn) this.#follow(task);
    else {
      this.#beginTurn();
      task();
    }
  }

  #follow(task: () => void): void {
    this.#tasks.push(task);
    if (this.#tasks.length >= mostTogether) this.#doAll();
  }

  #beginTurn(): void {
    this.#isWithinTurn = true;
    setImmediate(() => {
      this.#isWithinTurn = false;
      this.#doAll();
    });
  }

  #doAll(): void {
    for (const task of this.#tasks.splice(0)) task();
  }
}
