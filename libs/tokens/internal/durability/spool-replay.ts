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
/** Whoever held an answer in its own spool or memory has stored it by then. */
const othersStoreMilliseconds = 10_000;
/** An answer that came is stored by then, with some room. */
const storingSeconds = 5;

/**
 * Brings what waits in the spool into the database: from when it was put there, as soon as the database answers again,
 * before every sweep, and before a refresh token is sent. Entries of other processes that share the folder are no different.
 */
@Injectable()
export class SpoolReplay implements OnModuleDestroy {
  readonly #logger = new Logger('Spool');
  readonly #stopping = new AbortController();
  #emptying: Promise<void> | null = null;
  #answered = false;
  /** When the database came back from being away, on the monotonic clock. */
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

  /** Whatever was in the spool when this was called has been tried once it resolves. */
  async replay(): Promise<Replayed> {
    const replayed = await this.spool.replay((grant) => this.#save(grant));
    this.held.tell();
    if (replayed.replayed > 0)
      this.#logger.log(`${String(replayed.replayed)} grants of the spool are in the database.`);
    return replayed;
  }

  /** Begins to replay, and goes on until nothing waits any more. */
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
   * Replays, and says whether no answer to an earlier sending of the connection's refresh token waits in the spool, whatever
   * its row says: a failover may have lost the attempt. As long as one does the token must not be sent again, nor, where the
   * row shows an attempt, as long as nobody knows. After an outage the other replicas come first with what was their
   * attempt: what they hold in spools of their own, or in memory, is not seen here. After a failover that may have lost
   * attempts every token waits until the calls that were under way have ended, for no row shows them.
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
   * The same for a refresh token that no connection holds: nothing that waits in the spool may have been brought by it, or
   * bring it.
   * @param tenantId for whom it is to be sent
   */
  async isClearForPair(refreshToken: Secret, tenantId: string): Promise<boolean> {
    const { blind } = await this.replay();
    return !blind && !this.#mayHaveLostAttempts() && !this.spool.couldHold(refreshToken, tenantId);
  }

  /** A call is read for up to three times as long as a caller waits. */
  #mayHaveLostAttempts(): boolean {
    return this.lost.mayBeRecent(this.options.timeoutSeconds * 3 + storingSeconds);
  }

  /** A database that refused to write was away for them, however well it was read. */
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

  /** The callback that brought it was answered long ago: what became of it is told by its session. */
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
