/** A call that stays open until a test lets it go. */
export class HeldCall {
  readonly #arrived = Promise.withResolvers<undefined>();
  readonly #released = Promise.withResolvers<undefined>();

  /** Resolves when the call has come in. */
  get arrived(): Promise<void> {
    return this.#arrived.promise;
  }

  release(): void {
    this.#released.resolve(undefined);
  }

  /** For the one who holds: tells that the call is here, and waits. */
  async pass(): Promise<void> {
    this.#arrived.resolve(undefined);
    await this.#released.promise;
  }
}
