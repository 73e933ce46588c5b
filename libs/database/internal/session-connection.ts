import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '#kernel';
import type pg from 'pg';
import { DatabaseReadiness } from '../database-readiness.js';
import { ReplicaSession, type HeldLock } from '../replica-session.js';
import { changeChannel } from './change-channel.js';
import { DatabaseLogins } from './login/database-logins.js';
import { LoginClient } from './login/login-client.js';
import { LoginFailure } from './login/login-failure.js';
import { ObservedDatabaseTime } from './observed-database-time.js';
import { hasOwnSession } from './own-session.js';
import { serverLife } from './server-life.js';

const pauseMilliseconds = 1_000;
const pingMilliseconds = 5_000;
const goodbyeMilliseconds = 1_000;

/**
 * Holds one direct connection for the life of the process. Where it breaks it is opened again, and the same lock is
 * asked for again: until the server has noticed the broken one it is still held there, which is as good to the others.
 */
@Injectable()
export class SessionConnection extends ReplicaSession implements OnApplicationShutdown {
  override readonly processId = randomUUID();
  readonly #lockKey = randomBytes(8).readBigInt64BE().toString();
  readonly #logger = new Logger('ReplicaSession');
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #lockedIn: string | null = null;
  /** Processes an answer to whose attempts is in hand, and those of them that the server knows of. */
  #answersOf: ReadonlySet<string> = new Set();
  readonly #told = new Set<string>();
  #wake = new AbortController();
  #onNotify: () => void = () => undefined;

  constructor(
    readiness: DatabaseReadiness,
    private readonly logins: DatabaseLogins,
    private readonly clock: Clock,
    private readonly time: ObservedDatabaseTime,
  ) {
    super();
    this.#running = new Promise((resolve) => {
      this.#stopping.signal.addEventListener('abort', () => {
        if (!readiness.isAccepted()) resolve();
      });
      readiness.whenAccepted(() => {
        void this.#keepSession().then(resolve);
      });
    });
  }

  override heldLock(): HeldLock | null {
    return this.#lockedIn === null ? null : { key: this.#lockKey, serverLife: this.#lockedIn };
  }

  override holdAnswersOf(processIds: ReadonlySet<string>): void {
    const isSame = this.#answersOf.symmetricDifference(processIds).size === 0;
    this.#answersOf = processIds;
    if (!isSame) this.#wake.abort('answers');
  }

  override onNotify(callback: () => void): void {
    this.#onNotify = callback;
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #keepSession(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#oneSession();
      } catch (error) {
        // A login that fails is told by its own line, which names the setting and is bounded.
        if (!(error instanceof LoginFailure)) {
          this.#logger.warn(
            `The replica's database session ended: ${error instanceof Error ? error.message : 'unknown'}`,
          );
        }
      }
      this.#lockedIn = null;
      await this.clock.sleep(pauseMilliseconds, this.#stopping.signal);
    }
  }

  /** Returns when the process stops; throws when the session breaks. */
  async #oneSession(): Promise<void> {
    const client = new LoginClient({
      login: this.logins.direct,
      query_timeout: 3_000,
      keepAlive: true,
    });
    const broken = new AbortController();
    client.on('error', () => {
      this.#lockedIn = null;
      broken.abort();
    });
    client.on('end', () => {
      this.#lockedIn = null;
      broken.abort();
    });
    client.on('notification', () => {
      this.#onNotify();
    });
    try {
      await client.connect();
      const isOwn = await this.#isOwn(client);
      if (isOwn) await client.query(`LISTEN ${changeChannel}`);
      const either = AbortSignal.any([broken.signal, this.#stopping.signal]);
      this.#told.clear();
      while (!either.aborted) {
        this.#wake = new AbortController();
        await (isOwn ? this.#lockOrPing(client) : this.#ping(client));
        if (isOwn) await this.#tellAnswers(client);
        const pause = this.#lockedIn !== null || !isOwn ? pingMilliseconds : pauseMilliseconds;
        await this.clock.sleep(pause, AbortSignal.any([either, this.#wake.signal]));
      }
      if (broken.signal.aborted && !this.#stopping.signal.aborted) throw new Error('the connection broke');
    } finally {
      // A connection that went dead unseen never answers the goodbye.
      await Promise.race([client.end().catch(() => undefined), this.clock.sleep(goodbyeMilliseconds)]);
    }
  }

  /**
   * A lock that was taken through a pooler may be free while this process lives, and the others would send again what it
   * has under way: none is better, they wait for longer then.
   */
  async #isOwn(client: pg.Client): Promise<boolean> {
    if (await hasOwnSession(client)) return true;
    this.#logger.warn(
      'DATABASE_DIRECT_URL leads through a pooler: no lock and no LISTEN. An attempt of this replica is taken over only after TAKEOVER_SECONDS.',
    );
    return false;
  }

  async #tellAnswers(client: pg.Client): Promise<void> {
    const wanted = this.#answersOf;
    for (const processId of wanted.difference(this.#told)) {
      await client.query('SELECT pg_try_advisory_lock_shared($1, $2)', [...answerLockKeys(processId)]);
      this.#told.add(processId);
    }
    for (const processId of this.#told.difference(wanted)) {
      await client.query('SELECT pg_advisory_unlock_shared($1, $2)', [...answerLockKeys(processId)]);
      this.#told.delete(processId);
    }
  }

  async #lockOrPing(client: pg.Client): Promise<void> {
    if (this.#lockedIn !== null) {
      await this.#ping(client);
      return;
    }
    await this.#ping(client);
    const answer = await client.query<{ held: boolean; life: string | null }>(
      `SELECT pg_try_advisory_lock($1) AS held, ${serverLife} AS life`,
      [this.#lockKey],
    );
    const [row] = answer.rows;
    this.#lockedIn = row?.held === true ? row.life : null;
  }

  /** It also tells the database's time, so that a step of its clock is seen soon. */
  async #ping(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ readAt: Date }>('SELECT clock_timestamp() AS "readAt"');
    for (const read of rows) this.time.observed(read);
  }
}

/**
 * The two keys of the lock that marks a process's answers as held.
 * @param processId a UUID
 */
function answerLockKeys(processId: string): readonly [number, number] {
  const mark = Buffer.from(processId.replaceAll('-', ''), 'hex');
  return [mark.readInt32BE(0), mark.readInt32BE(4)];
}
