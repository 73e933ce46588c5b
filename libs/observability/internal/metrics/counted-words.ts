import { Counter, type Registry } from 'prom-client';

interface CountedWordsOptions<Word extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  readonly words: readonly Word[];
}

/**
 * A counter for each of some words. They are there from the start, at 0: Prometheus sees an increase only where there
 * was a value before.
 */
export class CountedWords<Word extends string> {
  readonly #counter: Counter;
  readonly #byWord = new Map<Word, Counter.Internal>();

  constructor(registry: Registry, { name, help, label, words }: CountedWordsOptions<Word>) {
    this.#counter = new Counter({ name, help, labelNames: [label], registers: [registry] });
    for (const word of words) this.#of(word).inc(0);
  }

  count(word: Word): void {
    this.#of(word).inc();
  }

  #of(word: Word): Counter.Internal {
    const present = this.#byWord.get(word);
    if (present !== undefined) return present;
    const series = this.#counter.labels(word);
    this.#byWord.set(word, series);
    return series;
  }
}
