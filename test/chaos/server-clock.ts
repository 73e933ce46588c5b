import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Debian's `faketime` package, and a build of its own, put the library. */
const libraries = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/local/lib/faketime/libfaketime.so.1',
];

interface Step {
  /** Milliseconds since 1970 by this machine's clock. */
  readonly at: number;
  /** How far the servers' clock is ahead from then on, in milliseconds. */
  readonly ahead: number;
}

/**
 * The clock of the database servers, which can be stepped forward. It never goes back: a time of the database stands for
 * exactly one moment here.
 */
export class ServerClock {
  readonly #steps: Step[] = [];

  private constructor(
    private readonly library: string,
    private readonly folder: string,
  ) {}

  /** @returns null where libfaketime is missing (Debian: `apt-get install faketime`) */
  static async open(): Promise<ServerClock | null> {
    const library = libraries.find((path) => existsSync(path));
    if (library === undefined) return null;
    const folder = await mkdtemp(join(tmpdir(), 'token-broker-clock-'));
    await chmod(folder, 0o755);
    const clock = new ServerClock(library, folder);
    await clock.#write(0);
    return clock;
  }

  /** Of the servers' processes. Only the wall clock is changed: PostgreSQL's own time-outs are not. */
  get environment(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_NO_CACHE: '1',
    };
  }

  async step(seconds: number): Promise<void> {
    const ahead = this.#ahead + seconds * 1_000;
    await this.#write(ahead);
    this.#steps.push({ at: Date.now(), ahead });
  }

  /** The moment here that a time of the database stands for; a time that the clock passed over is the moment of the step. */
  here(databaseTime: number): number {
    let moment = databaseTime;
    for (const { at, ahead } of this.#steps) if (databaseTime - ahead >= at) moment = databaseTime - ahead;
    const passedOver = this.#steps.find(({ at, ahead }) => moment > at && databaseTime - ahead < at);
    return passedOver === undefined ? moment : passedOver.at;
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  get #ahead(): number {
    return this.#steps.at(-1)?.ahead ?? 0;
  }

  get #file(): string {
    return join(this.folder, 'offset');
  }

  async #write(ahead: number): Promise<void> {
    await writeFile(this.#file, `+${(ahead / 1_000).toFixed(3)}s\n`, { mode: 0o644 });
  }
}
