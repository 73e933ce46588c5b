import { breakBoth, ForwardingLink, holdBoth, type Pair } from '../network/forwarding-link.js';

/**
 * `reset`: all connections break at both ends, and new ones are refused. `half_open`: nothing gets through any more, and
 * nobody is told. `stall`: the same, but what was held back gets through in the end.
 */
export type Cut = 'half_open' | 'stall' | 'reset';

/** The network between one broker and PostgreSQL: it forwards, until it is cut. */
export class CuttableLink extends ForwardingLink {
  #cut: Cut | null = null;

  /** @param target the port behind it, on this machine */
  static open(target: number): Promise<CuttableLink> {
    return new CuttableLink(target).listening();
  }

  cut(how: Cut): void {
    this.#cut = how;
    for (const pair of this.pairs) {
      if (how === 'reset') breakBoth(pair);
      else holdBoth(pair);
    }
  }

  mend(): void {
    const how = this.#cut;
    this.#cut = null;
    for (const pair of this.pairs) {
      if (how === 'half_open') breakBoth(pair);
      else {
        pair.near.resume();
        pair.far.resume();
      }
    }
  }

  protected override refuses(): boolean {
    return this.#cut === 'reset';
  }

  protected override opened(pair: Pair): void {
    if (this.#cut !== null) holdBoth(pair);
  }

  protected override closed(): void {
    // Nothing is kept of a connection.
  }
}
