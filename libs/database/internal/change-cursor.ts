import type { ChangeSubject } from '../change-feed.js';
import type { Queryable } from './database.js';
import { databaseReadOnly } from './database-failure.js';
import { dataLife } from './server-life.js';
import { statement } from './statement.js';

const atMost = 10_000;

/**
 * Transaction ids commit out of order, so the next cursor is the oldest one still running: everything before it has
 * ended, and rows between are read again. One statement, hence one snapshot, of one life of the server: ids of another
 * life mean other transactions.
 */
const readChanges = statement(
  'change_read',
  `SELECT s.horizon::text AS horizon, s.life, s.flushed::text AS flushed, c.change_id::text AS "changeId", c.subject
     FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon, ${dataLife} AS life,
                  CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_flush_lsn() - '0/0'::pg_lsn END AS flushed) s
     LEFT JOIN LATERAL (
       SELECT change_id, subject FROM change WHERE xid >= $1::text::xid8 ORDER BY xid LIMIT ${String(atMost)}
     ) c ON true`,
);

interface ChangeRow {
  readonly horizon: string;
  readonly life: string | null;
  /** Bytes of WAL that are on the disk. */
  readonly flushed: string | null;
  readonly changeId: string | null;
  readonly subject: ChangeSubject | null;
}

/** One that takes longer proves nothing that is still of use: its connection may have gone dead unseen. */
const pollLimitMilliseconds = 1_500;

/** Bytes. A crash may leave the first part of a record on the disk, which is overwritten. */
const partOfARecord = 65_536n;

/** What one look at the changes showed. */
export interface Advance {
  /** Committed since the last time; `missed` where that can't be told, as at the first time and in another life. */
  readonly subjects: readonly ChangeSubject[] | 'missed';
  /** Of the server, as `dataLife` names it. */
  readonly life: string;
  /** The look before was answered by another server, or before the server lost its memory. */
  readonly isOtherLife: boolean;
  /** WAL that was on the disk in the life before is missing in this one: an older copy of the data runs. */
  readonly isWalMissing: boolean;
}

/** Where a replica stands in the changes. Not safe for two `advance` at once. */
export class ChangeCursor {
  #horizon: bigint | null = null;
  #life: string | null = null;
  #flushed = 0n;
  #seen: ReadonlySet<string> = new Set();

  constructor(private readonly database: Pick<Queryable, 'rows'>) {}

  /** The next `advance` says `missed`. */
  forget(): void {
    this.#horizon = null;
  }

  /** @throws Failure `broker_unavailable`, also where the server does not write: the next look may find another one */
  async advance(): Promise<Advance> {
    const from = this.#horizon;
    const rows = await this.database.rows<ChangeRow & Record<string, unknown>>(
      readChanges,
      [from === null ? neverReached : from.toString()],
      pollLimitMilliseconds,
    );
    const life = rows[0]?.life ?? null;
    if (life === null) throw databaseReadOnly();
    const horizon = BigInt(rows[0]?.horizon ?? 0);
    const before = this.#seen;
    const isOtherLife = this.#life !== null && this.#life !== life;
    const flushed = BigInt(rows[0]?.flushed ?? 0);
    const isWalMissing = isOtherLife && flushed + partOfARecord < this.#flushed;
    this.#life = life;
    this.#flushed = flushed;
    this.#horizon = horizon;
    this.#seen = new Set(rows.flatMap(({ changeId }) => changeId ?? []));
    if (from === null || isOtherLife || horizon < from || this.#seen.size >= atMost)
      return { subjects: 'missed', life, isOtherLife, isWalMissing };
    const subjects = rows.flatMap(({ changeId, subject }) =>
      changeId === null || subject === null || before.has(changeId) ? [] : [subject],
    );
    return { subjects, life, isOtherLife, isWalMissing };
  }
}

/** Above every transaction id there will be: the first read wants the horizon alone. */
const neverReached = '18446744073709551615';
