import { breakBoth, ForwardingLink, holdBoth, type Pair } from './forwarding-link.js';

/** A network between one broker and PostgreSQL that treats its connections differently: it forwards, but for some. */
export class SelectiveLink extends ForwardingLink {
  readonly #held = new Set<Pair>();
  #word: string | null = null;

  /** @param target the port behind it, on this machine */
  static open(target: number): Promise<SelectiveLink> {
    return new SelectiveLink(target).listening();
  }

  /**
   * What a firewall does that forgets its connections: nothing gets through the present ones any more and nobody is
   * told, while new ones work.
   */
  strand(): void {
    for (const pair of this.pairs) holdBoth(pair);
  }

  /** The present connections break; new ones work. */
  breakAll(): void {
    for (const pair of this.pairs) breakBoth(pair);
  }

  /** From now on, whoever sends that word gets no answer on that connection; the server gets the question. */
  holdAnswersTo(word: string): void {
    this.#word = word;
  }

  /** Whether an answer is held back at this moment. */
  get holds(): boolean {
    return this.#held.size > 0;
  }

  /** What was held back gets through, and nothing is held back any more. */
  release(): void {
    this.#word = null;
    for (const { far } of this.#held) far.resume();
    this.#held.clear();
  }

  protected override refuses(): boolean {
    return false;
  }

  protected override opened(pair: Pair): void {
    pair.near.on('data', (bytes: Buffer) => {
      if (this.#word === null || !bytes.includes(this.#word)) return;
      pair.far.pause();
      this.#held.add(pair);
    });
  }

  protected override closed(pair: Pair): void {
    this.#held.delete(pair);
  }
}
