import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock, type PartHealth } from '#kernel';
import { ChangeFeed, type ChangeListener, type ChangeSubject } from '../change-feed.js';
import { DatabaseReadiness } from '../database-readiness.js';
import { ReplicaSession } from '../replica-session.js';
import { changeChannel } from './change-channel.js';
import { ChangeCursor } from './change-cursor.js';
import { Database } from './database.js';
import type { KeptConnection } from './kept-connection.js';
import { DatabaseOrigin } from './database-origin.js';
import { isReadOnly } from './database-failure.js';
import { ObservedDatabaseTime } from './observed-database-time.js';
import { ServerLives } from './server-lives.js';
import { statement } from './statement.js';

const pollMilliseconds = 250;
const spacingMilliseconds = 50;
const proofMilliseconds = 700;
/** A poll over a new connection that takes longer is taken for one that brings nothing. */
const newConnectionMilliseconds = 1_000;
const announceMilliseconds = 5;
/** Change rows are kept for ten minutes: after a longer silence some may be gone unseen. */
const silenceMilliseconds = 300_000;

const notify = statement('change_notify', `SELECT pg_notify('${changeChannel}', '')`);

@Injectable()
export class PolledChangeFeed extends ChangeFeed implements OnApplicationShutdown {
  readonly #logger = new Logger('ChangeFeed');
  readonly #listeners: ChangeListener[] = [];
  readonly #whenBack: (() => void)[] = [];
  readonly #stopping = new AbortController();
  /** A poll that waits behind other statements proves nothing in time. */
  readonly #connection: KeptConnection;
  readonly #cursor: ChangeCursor;
  #running: Promise<void> = Promise.resolve();
  #wake = new AbortController();
  #provenAt = -Infinity;
  /** When the poll that is under way was begun, and how many before it failed in a row. */
  #begunAt = Infinity;
  #failures = 0;
  /** Whether the server may be one that lost commits, and WAL was seen to be missing; null: that is known. */
  #unlooked: { readonly isWalMissing: boolean } | null = null;
  #isLooking = false;
  #announcing = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly lives: ServerLives,
    private readonly time: ObservedDatabaseTime,
    private readonly origin: DatabaseOrigin,
    readiness: DatabaseReadiness,
    session: ReplicaSession,
  ) {
    super();
    this.#connection = database.keptConnection();
    this.#cursor = new ChangeCursor(this.#connection);
    session.onNotify(() => {
      this.#pollSoon('notified');
    });
    lives.onOther(() => {
      this.#doubt();
    });
    lives.onReadOnly(() => {
      this.#pollSoon('read only');
    });
    readiness.whenAccepted(() => {
      this.#running = this.#keepPolling();
    });
  }

  override isFresh(): boolean {
    return this.clock.monotonicMilliseconds() - this.#provenAt <= proofMilliseconds;
  }

  override secondsSinceDatabaseSeen(): number {
    return (this.clock.monotonicMilliseconds() - this.#provenAt) / 1_000;
  }

  /** After one failure the next poll is made over a new connection: see `dropIdleConnections`. */
  override isCutOff(): boolean {
    if (this.isFresh() || this.#failures === 0) return false;
    return (
      this.#failures > 1 || this.clock.monotonicMilliseconds() - this.#begunAt > newConnectionMilliseconds
    );
  }

  override subscribe(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  override onDatabaseBack(callback: () => void): void {
    this.#whenBack.push(callback);
  }

  override announce(...subjects: ChangeSubject[]): void {
    this.#tell(subjects);
    if (this.#announcing) return;
    this.#announcing = true;
    this.clock.after(announceMilliseconds, () => {
      this.#announcing = false;
      this.database.rows(notify, []).catch(() => {
        this.#logger.debug('A NOTIFY was lost; the polls of the other replicas find the change.');
      });
    });
  }

  override health(): PartHealth {
    const seconds = this.secondsSinceDatabaseSeen();
    return {
      part: 'changeFeed',
      status: this.isFresh() ? 'ok' : 'degraded',
      facts: { secondsSinceProof: Number.isFinite(seconds) ? Math.round(seconds * 10) / 10 : null },
    };
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#running;
    this.#connection.giveUp();
  }

  async #keepPolling(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#wake = new AbortController();
      await this.#poll();
      // A storm of NOTIFYs must not become a storm of polls.
      await this.clock.sleep(spacingMilliseconds, this.#stopping.signal);
      await this.clock.sleep(
        pollMilliseconds - spacingMilliseconds,
        AbortSignal.any([this.#wake.signal, this.#stopping.signal]),
      );
    }
  }

  async #poll(): Promise<void> {
    const sentAt = this.clock.monotonicMilliseconds();
    this.#begunAt = sentAt;
    const wasAway = this.#failures > 0 || this.#provenAt === -Infinity;
    let isBack: boolean;
    try {
      if (sentAt - this.#provenAt > silenceMilliseconds) this.#cursor.forget();
      const { subjects, life, isOtherLife, isWalMissing } = await this.#cursor.advance();
      if (isOtherLife) this.#leaveOldLife(isWalMissing);
      // Listeners first: what they still hold must never look proven by this round trip.
      if (subjects === 'missed') this.#reset();
      else this.#tell(subjects);
      this.lives.proved(life);
      this.database.setReadOnly(false);
      this.#provenAt = sentAt;
      this.#failures = 0;
      isBack = wasAway || isOtherLife;
    } catch (error) {
      this.#failures += 1;
      this.#begunAt = Infinity;
      this.#connection.giveUp();
      if (isReadOnly(error)) this.database.setReadOnly(true);
      this.database.dropIdleConnections();
      this.#logger.debug(`A poll failed: ${error instanceof Error ? error.message : 'unknown'}`);
      return;
    }
    this.#lookForLosses();
    if (isBack) for (const callback of this.#whenBack) callback();
  }

  /** What was learned of the server before is not true of this one; connections to the old one may still work. */
  #leaveOldLife(isWalMissing: boolean): void {
    this.#logger.warn('The database server was restarted or replaced: nothing remembered of it is used.');
    this.time.forget();
    this.lives.left();
    this.origin.suspect();
    this.#unlooked = { isWalMissing: isWalMissing || this.#unlooked?.isWalMissing === true };
    this.database.dropIdleConnections();
  }

  /** Again with each poll until it is done, one at a time: no refresh token is sent before. */
  #lookForLosses(): void {
    const unlooked = this.#unlooked;
    if (unlooked === null || this.#isLooking) return;
    this.#isLooking = true;
    this.origin
      .look(unlooked.isWalMissing)
      .then(
        () => {
          if (this.#unlooked === unlooked) this.#unlooked = null;
        },
        () => {
          this.#logger.debug('Whether the database lost commits could not be found out yet.');
        },
      )
      .finally(() => {
        this.#isLooking = false;
      });
  }

  /** A read came from another life than the proof: which of the two is right is for the next poll to say. */
  #doubt(): void {
    this.#provenAt = -Infinity;
    this.#reset();
    this.database.dropIdleConnections();
    this.#pollSoon('another life');
  }

  /** Without a reason an abort makes an error with its stack, at every NOTIFY. */
  #pollSoon(reason: string): void {
    if (!this.#wake.signal.aborted) this.#wake.abort(reason);
  }

  #tell(subjects: readonly ChangeSubject[]): void {
    for (const subject of subjects) {
      for (const listener of this.#listeners) listener.changed(subject);
    }
  }

  #reset(): void {
    for (const listener of this.#listeners) listener.reset();
  }
}
