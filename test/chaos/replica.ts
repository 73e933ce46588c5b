import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '#kernel/testing';
import { LogWatch } from './log-watch.js';
import { spawnProgram } from './spawn.js';
import { within } from './within.js';

export interface Wellbeing {
  readonly heapBytes: number;
  readonly residentBytes: number;
  readonly sockets: number;
  readonly promises: number;
}

const lookMilliseconds = 50;
const mostLastWords = 4;
/** The longest pause of a schedule is nine seconds. */
const wellbeingMilliseconds = 15_000;

/** One lifetime of a process of a replica. */
interface Life {
  readonly name: string;
  readonly child: ChildProcess;
  /** From when on it answers. */
  listensFrom: number | null;
  /** From when on it is told to stop, or killed. */
  endsFrom: number | null;
  diedAt: number | null;
  /** Whether it was to live on when it ended. */
  wanted: boolean;
}

/** One replica of the broker: a process that is started again whenever it was killed. */
export class Replica {
  readonly log = new LogWatch();
  readonly #lives: Life[] = [];
  readonly #stops: { readonly from: number; to: number }[] = [];
  #pausedFrom: number | null = null;
  /** The collection of garbage and the count of all promises keep the process from everything else. */
  #look: { readonly from: number; to: number } | null = null;
  #lastResumed = -Infinity;
  #wanted = true;

  constructor(
    readonly index: number,
    readonly url: string,
    private readonly variables: Readonly<Record<string, string>>,
    private readonly sandboxHost: string,
    private readonly onUnexpectedEnd: (words: string) => void,
  ) {}

  /** Something else that was done to it may have started it already, where a busy machine is late. */
  start(): void {
    if (this.#present()?.diedAt === null) return;
    this.#wanted = true;
    const name = `replica-${String(this.index)}.${String(this.#lives.length + 1)}`;
    const own = { CHAOS_CALLER: name, CHAOS_SANDBOX_HOST: this.sandboxHost };
    const child = spawnProgram('dist/apps/token-broker/src/main.js', { ...this.variables, ...own });
    const life: Life = { name, child, listensFrom: null, endsFrom: null, diedAt: null, wanted: true };
    this.#lives.push(life);
    for (const stream of [child.stdout, child.stderr]) this.log.watch(name, stream);
    child.once('exit', () => {
      life.diedAt ??= Date.now();
      life.wanted = this.#wanted;
    });
    // Not before everything that the process wrote has been read.
    child.once('close', (code, signal) => {
      const end = `${name} ended by itself (${signal ?? String(code)})`;
      const words = [end, ...this.log.lastWords.slice(-mostLastWords)];
      if (life.wanted) this.onUnexpectedEnd(words.join('\n    '));
    });
    void this.#watchStart(life);
  }

  async ready(): Promise<void> {
    await eventually(() => this.#isWell('ready'));
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    const life = this.#present();
    this.#wanted = false;
    this.#pausedFrom = null;
    if (life?.diedAt !== null) return;
    const gone = once(life.child, 'exit');
    life.diedAt = Date.now();
    life.endsFrom ??= life.diedAt;
    life.child.kill('SIGKILL');
    await gone;
  }

  pause(): void {
    this.#pausedFrom = Date.now();
    this.#present()?.child.kill('SIGSTOP');
  }

  resume(): void {
    this.#present()?.child.kill('SIGCONT');
    if (this.#pausedFrom !== null) this.#lastResumed = Date.now();
    this.#pausedFrom = null;
  }

  /** Whether a stop in order was under way at that moment. */
  wasStopping(at: number): boolean {
    return this.#stops.some(({ from, to }) => at >= from && at <= to);
  }

  /** SIGTERM, and SIGKILL where that is not enough; returns whether the first was. */
  async stop(): Promise<boolean> {
    const life = this.#present();
    if (life?.diedAt !== null) return true;
    this.#wanted = false;
    life.endsFrom = Date.now();
    const gone = once(life.child, 'exit');
    life.child.kill('SIGTERM');
    const stop = { from: life.endsFrom, to: Infinity };
    this.#stops.push(stop);
    const inTime = (await within(25_000, gone)) !== null;
    stop.to = Date.now();
    if (inTime) return true;
    await this.kill();
    return false;
  }

  /** Whether the process ran, and listened, without a pause or an end through all that time. */
  ranThrough(from: number, to: number): boolean {
    if (this.#pausedFrom !== null || this.#lastResumed > from) return false;
    if (this.#look !== null && this.#look.to >= from && this.#look.from <= to) return false;
    const { listensFrom = null, endsFrom = null, diedAt = null } = this.#present() ?? {};
    const endedFrom = endsFrom ?? diedAt;
    return listensFrom !== null && listensFrom < from && (endedFrom === null || endedFrom > to);
  }

  /** When the process of that name died; null: it lives, or is none of these. */
  diedAt(name: string): number | null {
    return this.#lives.find((life) => life.name === name)?.diedAt ?? null;
  }

  get lifeName(): string {
    return this.#present()?.name ?? '';
  }

  /** After a garbage collection; null where it does not say. A pause is waited through. */
  async wellbeing(): Promise<Wellbeing | null> {
    const child = this.#present()?.child;
    if (child?.connected !== true) return null;
    const answer = once(child, 'message') as Promise<[Wellbeing]>;
    const look = { from: Date.now(), to: Infinity };
    this.#look = look;
    child.send('how are you');
    const wellbeing = (await within(wellbeingMilliseconds, answer))?.[0] ?? null;
    look.to = Date.now();
    return wellbeing;
  }

  /** Answers as long as the process does: an answer of the database is not part of it. */
  async #watchStart(life: Life): Promise<void> {
    while (life.diedAt === null && life.endsFrom === null) {
      if (await this.#isWell('live')) {
        life.listensFrom = Date.now();
        return;
      }
      await wait(lookMilliseconds);
    }
  }

  async #isWell(question: 'live' | 'ready'): Promise<boolean> {
    const url = `${this.url}/health/${question}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok === true;
  }

  #present(): Life | undefined {
    return this.#lives.at(-1);
  }
}
