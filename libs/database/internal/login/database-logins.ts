import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '#kernel';
import type { DatabaseTrouble } from '../../database-readiness.js';
import { DatabaseOptions } from '../../options.js';
import { missingRight } from '../database-failure.js';
import { Login, usualLimitMilliseconds, type LoginReport } from './login.js';
import { loginCauses, type LoginCause, type LoginFailure } from './login-failure.js';
import { brokerSettings } from './session-settings.js';

/** The same trouble is logged this often at most, however many logins fail. */
const silenceMilliseconds = 30_000;
/** A trouble that did not come up again is over: while the pool has enough connections, nothing logs in. */
const loginMemoryMilliseconds = 60_000;
/** Statements come all the time. */
const statementMemoryMilliseconds = 5_000;

/** What a role may do is no matter of one setting. */
const statements = 'DATABASE_URL and DATABASE_DIRECT_URL';

const files = 'DATABASE_URL_FILE and DATABASE_DIRECT_URL_FILE';

interface Known {
  readonly reason: LoginCause;
  at: number;
  loggedAt: number;
}

/** The two ways into the database, and what went wrong on them lately. */
@Injectable()
export class DatabaseLogins implements LoginReport {
  readonly pooled: Login;
  readonly direct: Login;
  readonly #logger = new Logger('Store');
  readonly #troubles = new Map<string, Known>();
  readonly #lastUrls: { databaseUrl: string; directUrl: string };

  constructor(
    @Inject(DatabaseOptions) private readonly options: DatabaseOptions,
    private readonly clock: Clock,
  ) {
    const { databaseUrl, directUrl } = options;
    this.#lastUrls = { databaseUrl: databaseUrl.reveal(), directUrl: directUrl.reveal() };
    const isOne = databaseUrl.reveal() === directUrl.reveal();
    const limit = usualLimitMilliseconds * (options.slowdown ?? 1);
    this.pooled = new Login('DATABASE_URL', () => this.#urls().databaseUrl, brokerSettings, this, limit);
    this.direct = new Login(
      isOne ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL',
      () => this.#urls().directUrl,
      brokerSettings,
      this,
      limit,
    );
  }

  succeeded(setting: string): void {
    const known = this.#troubles.get(setting);
    this.#troubles.delete(setting);
    if (known !== undefined && known.loggedAt > -Infinity)
      this.#logger.log(`${setting}: the login succeeds again.`);
  }

  failed(setting: string, failure: LoginFailure): void {
    this.#note(setting, failure.reason, failure.message);
  }

  /** A statement was refused although its session was let in. */
  refusedStatement(sqlState: string): void {
    const reason = sqlState === missingRight ? 'permission_denied' : 'schema_missing';
    this.#note(statements, reason, `${loginCauses[reason]} (${sqlState})`);
  }

  trouble(): DatabaseTrouble | null {
    const now = this.clock.monotonicMilliseconds();
    for (const [setting, { reason, at }] of this.#troubles) {
      const memory = setting === statements ? statementMemoryMilliseconds : loginMemoryMilliseconds;
      if (now - at <= memory) return { cause: reason, setting };
    }
    return null;
  }

  #note(setting: string, reason: LoginCause, message: string): void {
    const now = this.clock.monotonicMilliseconds();
    const before = this.#troubles.get(setting);
    const isSame = before?.reason === reason;
    const loggedAt = isSame ? before.loggedAt : -Infinity;
    const isTold = now - loggedAt >= silenceMilliseconds;
    this.#troubles.set(setting, { reason, at: now, loggedAt: isTold ? now : loggedAt });
    if (isTold) this.#logger.warn(`${setting}: ${message}.`);
  }

  /** A file that cannot be used at this moment may be half written: the last good text is used. */
  #urls(): { readonly databaseUrl: string; readonly directUrl: string } {
    const { currentUrls } = this.options;
    if (currentUrls === undefined) return this.#lastUrls;
    try {
      const { databaseUrl, directUrl } = currentUrls();
      this.#lastUrls.databaseUrl = databaseUrl.reveal();
      this.#lastUrls.directUrl = directUrl.reveal();
      this.#troubles.delete(files);
    } catch (error) {
      const why = Error.isError(error) ? error.message.replace(/\s+/g, ' ') : 'unknown';
      this.#note(files, 'unusable', `the last good text is used. ${why}`);
    }
    return this.#lastUrls;
  }
}
