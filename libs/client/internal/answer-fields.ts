import { TokenBrokerError } from '../errors.js';

/** RFC 3339, as the broker writes it. */
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const longestText = 16_384;

/** The members of an answer, none of them believed: one that is not as promised makes the whole `unexpected_answer`. */
export class AnswerFields {
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (!isRecord(value)) throw unexpectedAnswer('it is no object');
    this.#members = value;
  }

  text(name: string, form = /^/): string {
    const value = this.#members[name];
    if (typeof value === 'string' && value.length <= longestText && form.test(value)) return value;
    throw unexpectedAnswer(`its ${name} is not as promised`);
  }

  textOrNull(name: string, form = /^/): string | null {
    return this.#isNull(name) ? null : this.text(name, form);
  }

  time(name: string): string {
    const value = this.text(name, time);
    if (!Number.isNaN(Date.parse(value))) return value;
    throw unexpectedAnswer(`its ${name} is no time`);
  }

  timeOrNull(name: string): string | null {
    return this.#isNull(name) ? null : this.time(name);
  }

  httpAddress(name: string): string {
    const value = this.text(name);
    const parsed = URL.parse(value);
    if (/^https?:$/.test(parsed?.protocol ?? '') && parsed?.username === '') return value;
    throw unexpectedAnswer(`its ${name} is no http address`);
  }

  count(name: string): number {
    const value = this.#members[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw unexpectedAnswer(`its ${name} is no count`);
  }

  inner(name: string): AnswerFields {
    return new AnswerFields(this.#members[name]);
  }

  innerOrNull(name: string): AnswerFields | null {
    return this.#isNull(name) ? null : this.inner(name);
  }

  list(name: string): readonly AnswerFields[] {
    const value = this.#members[name];
    if (Array.isArray(value)) return value.map((item) => new AnswerFields(item));
    throw unexpectedAnswer(`its ${name} is no list`);
  }

  /** What is left out counts as null. */
  #isNull(name: string): boolean {
    return (this.#members[name] ?? null) === null;
  }
}

export function unexpectedAnswer(why: string, status?: number, seconds?: number): TokenBrokerError {
  return new TokenBrokerError('unexpected_answer', `The answer is none of a token broker: ${why}`, {
    status,
    retryAfterSeconds: seconds,
  });
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
