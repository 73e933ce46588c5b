import type { Clock } from './clock.js';
import { Failure } from './failure.js';

/** Maximum number of subjects in one question. */
const mostTogether = 1_000;
/** Maximum number of waiting subjects, of one source and in total. */
const mostOfOneSource = 1_000;
const mostWaiting = 10_000;
const pauseMilliseconds = 50;
const retryAfterSeconds = 1;

type Answers = Map<string, PromiseWithResolvers<boolean>>;

/** One subject with the callers that wait for its answer. */
interface Asked {
  readonly subject: string;
  readonly answer: PromiseWithResolvers<boolean>;
}

/**
 * Asks "which of these are known?" for all callers that wait, one question at a time and with a pause after each. However
 * many ids are made up, the database is asked at most twenty times a second. Sources take turns within a question, so that
 * a source with many subjects does not delay a source with one.
 */
export class GatheredQuestion {
  readonly #waiting = new Map<string, Answers>();
  #waitingCount = 0;
  #isAsking = false;

  /** @param ask returns the known ones of the subjects that it is given */
  constructor(
    private readonly ask: (subjects: readonly string[]) => Promise<ReadonlySet<string>>,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves with the answer of a question that is sent after this call.
   * @param source source of the subject, such as a client's network; bounds the subjects of one source
   * @throws Failure `broker_unavailable` if too many subjects wait: the answer is unknown; and every error of the
   * question
   */
  async isKnown(subject: string, source: string): Promise<boolean> {
    const ofSource = this.#waiting.get(source) ?? new Map<string, PromiseWithResolvers<boolean>>();
    const joined = ofSource.get(subject);
    if (joined !== undefined) return joined.promise;
    if (ofSource.size >= mostOfOneSource || this.#waitingCount >= mostWaiting) throw tooManyWait();
    const answer = Promise.withResolvers<boolean>();
    this.#waiting.set(source, ofSource.set(subject, answer));
    this.#waitingCount += 1;
    if (!this.#isAsking) void this.#askInTurn();
    return answer.promise;
  }

  async #askInTurn(): Promise<void> {
    this.#isAsking = true;
    while (this.#waitingCount > 0) {
      await this.#answer(this.#nextTurn());
      await this.clock.sleep(pauseMilliseconds);
    }
    this.#isAsking = false;
  }

  /** Takes one subject of each source in turn, until the question is full or no subject waits. */
  #nextTurn(): readonly Asked[] {
    const turn: Asked[] = [];
    for (const [source, answers] of this.#waiting) {
      if (turn.length >= mostTogether) break;
      const [first] = answers;
      if (first !== undefined) turn.push(this.#take(answers, first));
      // A source that still waits goes to the end of the row, where this loop meets it again.
      this.#waiting.delete(source);
      if (answers.size > 0) this.#waiting.set(source, answers);
    }
    return turn;
  }

  #take(answers: Answers, [subject, answer]: [string, PromiseWithResolvers<boolean>]): Asked {
    answers.delete(subject);
    this.#waitingCount -= 1;
    return { subject, answer };
  }

  async #answer(turn: readonly Asked[]): Promise<void> {
    try {
      const known = await this.ask([...new Set(turn.map(({ subject }) => subject))]);
      for (const { subject, answer } of turn) answer.resolve(known.has(subject));
    } catch (error) {
      for (const { answer } of turn) answer.reject(error);
    }
  }
}

function tooManyWait(): Failure {
  return new Failure('broker_unavailable', 'Too many requests of this kind wait at the moment.', {
    retryAfterSeconds,
  });
}
