import type { Call, Caller, Turn } from './surroundings.js';

interface Begun {
  readonly call: Call;
  readonly since: number;
}

/** What a statement or a step of the disk takes at most while the time of the world goes on. */
const longestMilliseconds = 5_000;

/** Everything that processes have under way outside of themselves, oldest first. */
export class CallsUnderWay {
  #begun: Begun[] = [];

  constructor(
    private readonly now: () => number,
    private readonly trace: string[],
  ) {}

  add(call: Call): void {
    this.#begun.push({ call, since: this.now() });
  }

  /** @returns false where nothing is under way, of this process if one is named */
  turn(how: Turn, pick: number, process?: Caller): boolean {
    const begun = this.#begun.filter(({ call }) => process === undefined || call.process === process);
    const meant = begun[pick % Math.max(begun.length, 1)];
    if (meant === undefined) return false;
    this.#turn(meant, how);
    return true;
  }

  /** When the next bounded call has to have gone on. */
  nextBound(): number {
    const since = this.#begun.filter(({ call }) => call.isBounded).map((begun) => begun.since);
    return Math.min(Infinity, ...since) + longestMilliseconds;
  }

  /** The one that has waited for longest goes on. */
  turnOverdue(): void {
    const overdue = this.#begun.find(({ call }) => call.isBounded);
    if (overdue !== undefined) this.#turn(overdue, 'on');
  }

  /**
   * What a process that died has written to Deskera is out of anybody's hands; a statement or a file arrives now or never.
   */
  end(process: Caller, arriving: boolean): void {
    const bounded = this.#begun.filter(({ call }) => call.process === process && call.isBounded);
    for (const { call } of bounded) if (arriving) call.turn('on');
    this.#begun = this.#begun.filter((begun) => !bounded.includes(begun));
  }

  #turn(begun: Begun, how: Turn): void {
    const { process, name } = begun.call;
    if (name !== 'claim what is due')
      this.trace.push(`${process.name}: ${name}${how === 'on' ? '' : ` (${how})`}`);
    if (!begun.call.turn(how)) this.#begun = this.#begun.filter((other) => other !== begun);
  }
}
