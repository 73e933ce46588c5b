import { open, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { GuardedChild } from './guarded-child.js';

const brokerProgram = fileURLToPath(new URL('../../token-broker/src/main.js', import.meta.url));
/** Those of `npm run start:prod`. */
export const productionOptions = ['--disable-sigusr1', '--max-semi-space-size=4'];
const startMilliseconds = 60_000;

/** The broker drains for up to 25 s. */
const stopping = [
  { signal: 'SIGTERM', milliseconds: 40_000 },
  { signal: 'SIGKILL', milliseconds: 5_000 },
] as const;

export interface BrokerProcessOptions {
  /** How it is reached from this machine. */
  readonly url: string;
  /** Its settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where its log goes; what an earlier run left there is overwritten. */
  readonly logFile: string;
}

/** The broker as in production: its own process, told everything by environment variables. */
export class BrokerProcess {
  readonly #child: GuardedChild;
  readonly #options: BrokerProcessOptions;

  private constructor(child: GuardedChild, options: BrokerProcessOptions) {
    this.#child = child;
    this.#options = options;
  }

  static async start(options: BrokerProcessOptions): Promise<BrokerProcess> {
    const child = await GuardedChild.spawn({
      program: process.execPath,
      args: [...productionOptions, brokerProgram],
      cwd: process.cwd(),
      env: { ...inherited(), ...options.settings },
      log: await open(options.logFile, 'w', 0o600),
      endSignal: 'TERM',
    });
    return new BrokerProcess(child, options);
  }

  /** Resolves to the words for how it ended. */
  get ended(): Promise<string> {
    return this.#child.ended;
  }

  /** @throws where the broker ended, or did not become ready within a minute; with its last words */
  async ready(): Promise<void> {
    const deadline = performance.now() + startMilliseconds;
    while (!(await answersReady(this.#options.url))) {
      if (!this.#child.isRunning) throw new Error(`the broker did not start:\n${await this.lastWords()}`);
      if (performance.now() > deadline) {
        throw new Error(`the broker did not become ready:\n${await this.lastWords()}`);
      }
      await wait(25);
    }
  }

  async stop(): Promise<void> {
    await this.#child.stop(stopping);
  }

  /** The end of its log. */
  async lastWords(): Promise<string> {
    return (await readFile(this.#options.logFile, 'utf8')).trim().split('\n').slice(-20).join('\n');
  }
}

async function answersReady(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    return ok;
  } catch {
    return false;
  }
}

/** What says where things are comes from here, never from variables that happen to be set in somebody's shell. */
const ownNames = /^(DATABASE|DESKERA|ENCRYPTION|ADMIN|PUBLIC)_|^(PORT|HOST|DATA_DIR)$/;

function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ownNames.test(name)));
}
