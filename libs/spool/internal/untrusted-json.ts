import { EntryUnreadable } from './entry-unreadable.js';

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Members of an object that came from a file: each is what its reader says it is, or the entry is unreadable. */
export class UntrustedJson {
  readonly #members: Readonly<Record<string, unknown>>;

  /** @param name of the object in its entry, for the error @throws EntryUnreadable where it is no object */
  constructor(
    value: unknown,
    private readonly name: string,
  ) {
    if (!isObject(value)) throw new EntryUnreadable(`${name} is not an object`);
    this.#members = value;
  }

  has(member: string): boolean {
    return this.#members[member] !== undefined;
  }

  text(member: string, pattern: RegExp): string {
    const value = this.#members[member];
    return typeof value === 'string' && pattern.test(value) ? value : this.#unfit(member);
  }

  textOrNull(member: string, pattern: RegExp): string | null {
    return this.#isNull(member) ? null : this.text(member, pattern);
  }

  /** A member that entries of an earlier release do not have. */
  textIfGiven(member: string, pattern: RegExp): string | null {
    return Object.hasOwn(this.#members, member) ? this.textOrNull(member, pattern) : null;
  }

  oneOf<const Choice extends string>(member: string, choices: readonly Choice[]): Choice {
    return choices.find((choice) => choice === this.#members[member]) ?? this.#unfit(member);
  }

  oneOfOrNull<const Choice extends string>(member: string, choices: readonly Choice[]): Choice | null {
    return this.#isNull(member) ? null : this.oneOf(member, choices);
  }

  yesOrNo(member: string): boolean {
    const value = this.#members[member];
    return typeof value === 'boolean' ? value : this.#unfit(member);
  }

  /** Not negative, and exact. */
  wholeNumber(member: string): number {
    const value = this.#members[member];
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.#unfit(member);
  }

  seconds(member: string): number {
    const value = this.#members[member];
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : this.#unfit(member);
  }

  secondsOrNull(member: string): number | null {
    return this.#isNull(member) ? null : this.seconds(member);
  }

  time(member: string): Date {
    const time = new Date(this.text(member, instant));
    return Number.isNaN(time.getTime()) ? this.#unfit(member) : time;
  }

  timeOrNull(member: string): Date | null {
    return this.#isNull(member) ? null : this.time(member);
  }

  sha256(member: string): Buffer {
    return Buffer.from(this.text(member, /^[0-9a-f]{64}$/), 'hex');
  }

  sha256OrNull(member: string): Buffer | null {
    return this.#isNull(member) ? null : this.sha256(member);
  }

  object(member: string): UntrustedJson {
    return new UntrustedJson(this.#members[member], member);
  }

  /** An object that holds nothing but plain values. */
  plainValues(member: string): Readonly<Record<string, string | number | boolean | null>> {
    const value = this.#members[member];
    return isObject(value) && arePlain(value) ? value : this.#unfit(member);
  }

  #isNull(member: string): boolean {
    return this.#members[member] === null;
  }

  #unfit(member: string): never {
    throw new EntryUnreadable(`${this.name}.${member} is unfit`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function arePlain(
  members: Record<string, unknown>,
): members is Record<string, string | number | boolean | null> {
  return Object.values(members).every((value) =>
    // PostgreSQL takes no NUL.
    typeof value === 'string' ? !value.includes('\0') : value === null || isNumberOrBoolean(value),
  );
}

function isNumberOrBoolean(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}
