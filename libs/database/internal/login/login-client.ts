import pg from 'pg';
import type { Login } from './login.js';
import { asLoginFailure, LoginFailure } from './login-failure.js';

export interface LoginClientConfig extends pg.ClientConfig {
  readonly login: Login;
}

type WhenConnected = (error: Error | null, client?: pg.ClientBase) => void;

/** The pool has the same limit, and would report an end without a reason. */
const poolLeadMilliseconds = 100;

/** Servers before 17 do not know it, and would refuse a startup message that names it. */
const noTransactionTimeout = `SELECT set_config('transaction_timeout', '0', false)
 WHERE current_setting('transaction_timeout', true) <> '0'`;

/** `pg` asks it for the startup message; its types do not know it. */
const inherited = pg.Client.prototype as unknown as { getStartupConf: () => Record<string, string> };

/**
 * Every connection of the broker: it goes where the setting points at this very moment, takes the settings that the
 * statements rely on with it, and fails with a `LoginFailure`, never with another error and never in its constructor.
 */
export class LoginClient extends pg.Client {
  readonly #login: Login;
  readonly #unusable: Error | null;

  constructor({ login, ...own }: LoginClientConfig) {
    const { config, error } = usable(login, own);
    super(config);
    this.#login = login;
    this.#unusable = error;
    // An error that comes while nobody holds the connection must not end the process: its next statement fails.
    this.on('error', () => undefined);
  }

  override connect(): Promise<this>;
  override connect(callback: WhenConnected): void;
  override connect(callback?: WhenConnected): Promise<this> | undefined {
    if (callback !== undefined) {
      this.#open(callback);
      return undefined;
    }
    return new Promise((resolve, reject) => {
      this.#open((error) => {
        if (error === null) resolve(this);
        else reject(error);
      });
    });
  }

  getStartupConf(): Record<string, string> {
    return { ...inherited.getStartupConf.call(this), ...this.#login.startupSettings() };
  }

  #open(callback: WhenConnected): void {
    const conclude = (error: unknown): void => {
      if (error === null || error === undefined) {
        this.#login.succeeded();
        callback(null, this);
        return;
      }
      const failure = asLoginFailure(error);
      this.#login.failed(failure);
      callback(failure);
    };
    const liftLimit = (error?: Error | null): void => {
      if (error == null) this.query(noTransactionTimeout, conclude);
      else conclude(error);
    };
    if (this.#unusable === null) super.connect(liftLimit as (error: Error) => void);
    else process.nextTick(conclude, this.#unusable);
  }
}

interface Usable {
  readonly config: pg.ClientConfig;
  readonly error: Error | null;
}

/** The constructor of `pg` reads the URL and the certificates: what it throws there would end the process in the pool. */
function usable(login: Login, own: pg.ClientConfig): Usable {
  try {
    const connectionString = login.url();
    const config = {
      ...own,
      connectionString,
      connectionTimeoutMillis: loginLimit(connectionString, login.limitMilliseconds),
    };
    new pg.Client(config);
    return { config, error: null };
  } catch (error) {
    return { config: {}, error: new LoginFailure('unusable', null, error) };
  }
}

/** `connect_timeout` may shorten the broker's own limit. */
function loginLimit(connectionString: string, longestMilliseconds: number): number {
  const text = URL.parse(connectionString)?.searchParams.get('connect_timeout') ?? '0';
  const wanted = Number(text) * 1_000;
  const limit = wanted > 0 ? Math.min(wanted, longestMilliseconds) : longestMilliseconds;
  return limit - poolLeadMilliseconds;
}
