import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Clock, type Secret } from '#kernel';
import { ChangeFeed, LostCommits, RefusedWrites, ReplicaSession } from '#database';
import { ConnectSessionStore, type ConnectionRecord } from '#connections';
import { GrantSpool, type SpooledConnect, type SpooledGrant, type SpoolReplay as Replayed } from '#spool';
import { TokensOptions } from '../../options.js';
import { ConnectGrants } from '../adopting/connect-grants.js';
import { Drain } from './drain.js';
import { HeldAnswers } from './held-answers.js';
import { RefreshedGrants } from '../refreshing/refreshed-grants.js';

const againMilliseconds = 2_000;
/** By then a replica has stored an answer from its own spool or memory. */
const othersStoreMilliseconds = 10_000;
/** Time to store an answer, with some margin. */
const storingSeconds = 5;

/**
 * Saves the entries of the spool to the database: after an entry was written, when the database is back, before each
 * sweep, and before a refresh token is sent. Treats entries of other processes in the same folder alike.
 */
@Injectable()
export class SpoolReplay implements OnModuleDestroy {
  readonly #logger = new Logger('Spool');
  readonly #stopping = new AbortController();
  #emptying: Promise<void> | null = null;
  #answered = false;
  /** Monotonic milliseconds at which the database last came back. */
  #backAt = -Infinity;

  constructor(
    private readonly spool: GrantSpool,
    private readonly refreshes: RefreshedGrants,
    private readonly connects: ConnectGrants,
    private readonly sessions: ConnectSessionStore,
    private readonly drain: Drain,
    private readonly session: ReplicaSession,
    private readonly clock: Clock,
    changes: ChangeFeed,
    private readonly refused: RefusedWrites,
    private readonly held: HeldAnswers,
    private readonly lost: LostCommits,
    private readonly options: TokensOptions,
  ) {
    changes.onDatabaseBack(() => {
      if (this.#answered) this.#backAt = clock.monotonicMilliseconds();
      this.#answered = true;
      this.empty();
    });
  }

  /** When it resolves, every entry that was in the spool at the call has been tried. */
  async replay(): Promise<Replayed> {
    const replayed = await this.spool.replay((grant) => this.#save(grant));
    this.held.tell();
    if (replayed.replayed > 0)
      this.#logger.log(`${String(replayed.replayed)} grants of the spool are in the database.`);
    return replayed;
  }

  /** Starts to replay, until the spool is empty. */
  empty(): void {
    this.#emptying ??= this.#untilEmpty()
      .catch((error: unknown) => {
        this.#logger.error(
          `A defect: the replay ended (${error instanceof Error ? error.message : 'unknown'}).`,
        );
      })
      .finally(() => {
        this.#emptying = null;
      });
  }

  /**
   * Replays, and returns whether the connection's refresh token may be sent. It may not:
   *
   * - while an answer to an earlier sending waits in the spool, whatever the row says (a failover may have lost the
   *   attempt), or, if the row shows an open attempt, while the folder cannot be read;
   * - shortly after an outage, if the open attempt belongs to another replica: its answer may be in its own spool or
   *   memory;
   * - after a failover that may have lost attempts, until the calls of that time have ended, because no row shows them.
   */
  async isClearFor(record: ConnectionRecord): Promise<boolean> {
    const { attemptOpen, attemptProcessId } = record;
    const { blind } = await this.replay();
    if (this.#mayHaveLostAttempts()) return false;
    if (this.spool.holds(record)) return false;
    if (!attemptOpen) return true;
    if (blind) return false;
    return attemptProcessId === this.session.processId || this.#othersHaveStored();
  }

  /**
   * Like `isClearFor`, for a refresh token that no connection holds: no entry of the spool may be an answer to it, or
   * contain it.
   * @param tenantId tenant of the refresh token
   */
  async isClearForPair(refreshToken: Secret, tenantId: string): Promise<boolean> {
    const { blind } = await this.replay();
    return !blind && !this.#mayHaveLostAttempts() && !this.spool.couldHold(refreshToken, tenantId);
  }

  /** A call is read for up to three times the time that a caller waits. */
  #mayHaveLostAttempts(): boolean {
    return this.lost.mayBeRecent(this.options.timeoutSeconds * 3 + storingSeconds);
  }

  /** A database that refused to write was away for the other replicas, even if it answered reads. */
  #othersHaveStored(): boolean {
    const backAt = Math.max(this.#backAt, this.refused.lastAt());
    return this.clock.monotonicMilliseconds() - backAt >= othersStoreMilliseconds;
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.drain.until(() => [this.#emptying]);
  }

  async #untilEmpty(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const { failed, blind } = await this.replay();
      if (failed === 0 && !blind) return;
      await this.clock.sleep(againMilliseconds, this.#stopping.signal);
    }
  }

  async #save(grant: SpooledGrant): Promise<void> {
    if (grant.kind === 'refresh') await this.refreshes.save(grant);
    else await this.#saveConnect(grant);
  }

  /** The callback was answered long ago; the session shows the result. */
  async #saveConnect(connect: SpooledConnect): Promise<void> {
    const { kind } = await this.connects.store(connect);
    if (kind === 'saved') return;
    const failureCode = kind === 'superseded' ? 'connect_superseded' : 'org_connected_elsewhere';
    this.#logger.warn(
      `A connect of tenant ${connect.tenantId} came out of the spool too late: ${failureCode}`,
    );
    const { stateSha256, connectNumber } = connect;
    await this.sessions.recordFailure({ stateSha256, connectNumber, failureCode, endsSession: false });
  }
}
