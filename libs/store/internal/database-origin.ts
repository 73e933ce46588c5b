import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { statement } from './statement.js';

/** A row names the transaction that wrote it; `xmin` has the low 32 bits of the one that wrote this copy. */
const isCopy = `o.written_by::text::numeric % 4294967296 <> o.xmin::text::numeric`;

/**
 * Records that the data are older than the server they are on: a dump brought them, the timeline is a later one, or a
 * replica has seen WAL that is missing here. Writes nothing where all is as it was. A lower timeline is that of an upgraded
 * cluster, which loses nothing.
 */
const noteRestore = statement(
  'database_origin_note_restore',
  `UPDATE database_origin o
      SET restored_at = CASE WHEN $1 OR o.timeline < h.timeline OR ${isCopy} THEN now() ELSE o.restored_at END,
          timeline = h.timeline, written_by = pg_current_xact_id()
     FROM (SELECT ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint AS timeline) h
    WHERE $1 OR o.timeline <> h.timeline OR ${isCopy}
   RETURNING restored_at`,
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
export class DatabaseOrigin {
  constructor(private readonly database: Database) {}

  /**
   * To be called before anything of this server's is used.
   * @param isWalMissing this replica has seen durable WAL that the server does not have
   */
  async look(isWalMissing = false): Promise<void> {
    await this.database.rows(noteRestore, [isWalMissing]);
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
