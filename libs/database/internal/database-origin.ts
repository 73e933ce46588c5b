import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { LostCommits } from '../lost-commits.js';
import { Database } from './database.js';
import { timeline } from './server-life.js';
import { statement } from './statement.js';

/** SQL: the timeline of the server that runs the statement. */
const timelineNow = `('x' || ${timeline})::bit(32)::bigint`;

/**
 * SQL: whether commits may have been lost on this server less than so many seconds ago, or nobody has looked yet whether they
 * were.
 * @param seconds a parameter, such as `$7`
 * @param latest the latest time that counts: a step of the clock is no time
 */
export function hasJustLostCommits(seconds: string, latest: string): string {
  return `EXISTS (
    SELECT FROM database_origin o
     WHERE o.timeline <> ${timelineNow}
        OR (o.restored_at <= now() AND least(now(), ${latest}::timestamptz) < o.restored_at + make_interval(secs => ${seconds})))`;
}

/** A row names the transaction that wrote it; `xmin` has the low 32 bits of the one that wrote this copy. */
const isCopy = `o.written_by::text::numeric % 4294967296 <> o.xmin::text::numeric`;

/**
 * Records that the data are older than the server they are on: a dump brought them, the timeline is a later one, or a
 * replica has seen WAL that is missing here. Writes nothing where all is as it was. A lower timeline is that of an upgraded
 * cluster, which loses nothing. A restore at a time that is still to come was noted before the clock was set back.
 */
const noteRestore = statement(
  'database_origin_note_restore',
  `WITH noted AS (
     UPDATE database_origin o
        SET restored_at = CASE WHEN $1 OR o.timeline < h.timeline OR ${isCopy} THEN now() ELSE o.restored_at END,
            timeline = h.timeline, written_by = pg_current_xact_id()
       FROM (SELECT ${timelineNow} AS timeline) h
      WHERE $1 OR o.timeline <> h.timeline OR ${isCopy}
     RETURNING restored_at
   )
   SELECT extract(epoch FROM now() - r.restored_at)::float8 AS "secondsAgo"
     FROM (SELECT coalesce((SELECT restored_at FROM noted), (SELECT restored_at FROM database_origin)) AS restored_at) r
    WHERE r.restored_at <= now()`,
);

const storedBeforeRestore = statement(
  'database_origin_stored_before',
  `SELECT coalesce(c.issued_at < o.restored_at, false) AS "isBefore"
     FROM credential c, database_origin o
    WHERE c.connection_id = $1 AND c.connect_number = $2 AND c.grant_attempt = $3`,
);

/** The numbers of one stored grant. */
interface StoredGrant {
  readonly connectionId: string;
  readonly connectNumber: number;
  readonly grantAttempt: number;
}

/** Whether what is stored comes from before a restore, or from before a failover that may have lost commits. */
@Injectable()
export class DatabaseOrigin extends LostCommits {
  /** When commits were lost last, on the monotonic clock; Infinity: not known yet. */
  #lostAt = -Infinity;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  override mayBeRecent(withinSeconds: number): boolean {
    return this.clock.monotonicMilliseconds() - this.#lostAt < withinSeconds * 1_000;
  }

  /** Another server, or another life of it: commits count as lost until `look` has shown whether they are. */
  suspect(): void {
    this.#lostAt = Infinity;
  }

  /**
   * To be called before anything of this server's is used.
   * @param isWalMissing this replica has seen durable WAL that the server does not have
   */
  async look(isWalMissing = false): Promise<void> {
    const [row] = await this.database.rows<{ secondsAgo: number }>(noteRestore, [isWalMissing]);
    const lostAt =
      row === undefined ? -Infinity : this.clock.monotonicMilliseconds() - row.secondsAgo * 1_000;
    // A step of the database's clock makes it no earlier.
    this.#lostAt = this.#lostAt === Infinity ? lostAt : Math.max(this.#lostAt, lostAt);
  }

  /** @returns true where the grant was stored before the last restore, and not refreshed since */
  async isOlderThanServer({ connectionId, connectNumber, grantAttempt }: StoredGrant): Promise<boolean> {
    await this.look();
    const [row] = await this.database.rows<{ isBefore: boolean }>(storedBeforeRestore, [
      connectionId,
      connectNumber,
      grantAttempt,
    ]);
    return row?.isBefore === true;
  }
}
