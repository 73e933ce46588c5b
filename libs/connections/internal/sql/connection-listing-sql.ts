import { Injectable } from '@nestjs/common';
import type { TenantId } from '#kernel';
import { ChangeFeed } from '#database';
import {
  ConnectionListing,
  type ListedConnection,
  type ListingQuery,
  type StoredEvent,
  type StoredSummary,
} from '../../connection-listing.js';
import type { ConnectionRecord, StoredStatus } from '../../connection-record.js';
import { recordColumns, recordTables, toRecord, type RecordRow } from './connection-columns.js';
import { Database, ObservedDatabaseTime, statement } from '#database/sql';

const searched = `($2::text IS NULL OR n.tenant_id ILIKE $2 OR n.org_id ILIKE $2 OR n.org_name ILIKE $2 OR n.email ILIKE $2)
      AND ($3::timestamptz IS NULL OR (n.created_at, n.connection_id) > ($3, $4))
    ORDER BY n.created_at, n.connection_id
    LIMIT $5`;

export const list = statement(
  'listing_all',
  `SELECT ${recordColumns}, n.created_at::text AS created_at FROM ${recordTables}
    WHERE $1::text IS NULL AND n.status <> 'disconnected' AND ${searched}`,
);

export const listByStatus = statement(
  'listing_by_status',
  `SELECT ${recordColumns}, n.created_at::text AS created_at FROM ${recordTables}
    WHERE n.status = $1 AND ${searched}`,
);

export const ofTenant = statement(
  'listing_of_tenant',
  `SELECT ${recordColumns} FROM ${recordTables}
    WHERE n.tenant_id = $1 AND n.status <> 'disconnected' ORDER BY n.created_at, n.connection_id`,
);

const events = statement(
  'listing_events',
  `SELECT event_id::text AS "eventId", at, kind, detail FROM connection_event
    WHERE connection_id = $1 AND ($2::bigint IS NULL OR event_id < $2) ORDER BY event_id DESC LIMIT $3`,
);

const countByStatus = statement(
  'listing_count',
  `SELECT status, count(*)::integer AS count FROM connection GROUP BY status`,
);

const countDue = statement(
  'listing_due',
  `SELECT count(*)::integer AS due,
          (count(*) FILTER (WHERE next_due_at <= now() - interval '1 minute'))::integer AS overdue,
          coalesce(extract(epoch FROM now() - min(next_due_at)), 0)::double precision AS "lagSeconds"
     FROM connection_upkeep WHERE next_due_at <= now()`,
);

/** Two at once would each clear what the other has not set yet. */
const lockTenant = statement(
  'default_org_lock',
  `SELECT FROM connection WHERE tenant_id = $1 ORDER BY connection_id FOR NO KEY UPDATE`,
);

const clearDefault = statement(
  'default_org_clear',
  `UPDATE connection SET is_default = false WHERE tenant_id = $1 AND is_default AND org_id IS DISTINCT FROM $2`,
);

const setDefault = statement(
  'default_org_set',
  `WITH chosen AS (
     UPDATE connection SET is_default = true WHERE tenant_id = $1 AND org_id = $2 AND status <> 'disconnected'
     RETURNING connection_id
   ), kept_event AS (
     INSERT INTO connection_event (connection_id, kind, detail)
     SELECT connection_id, 'default_org_set', jsonb_build_object('actor', $3::text) FROM chosen WHERE $3::text IS NOT NULL
   )
   SELECT connection_id FROM chosen`,
);

const publish = statement('default_org_publish', `INSERT INTO change (subject) VALUES ('tenant:' || $1)`);

/** A step of the clock must not take away changes that a replica has not read yet, nor a claim that is held. */
const prune = statement(
  'change_prune',
  `WITH lapsed AS (
     DELETE FROM adoption_claim WHERE claimed_until < least(now(), $1::timestamptz) - interval '10 minutes'
   )
   DELETE FROM change WHERE at < least(now(), $1::timestamptz) - interval '10 minutes'`,
);

/** The longest claim, and the ten minutes after it. */
const longestKeptSeconds = 2_400;

@Injectable()
export class ConnectionListingSql extends ConnectionListing {
  constructor(
    private readonly database: Database,
    private readonly changes: ChangeFeed,
    private readonly time: ObservedDatabaseTime,
  ) {
    super();
  }

  override async list({ status, text, limit, after }: ListingQuery): Promise<readonly ListedConnection[]> {
    const pattern = text === null ? null : `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    const rows = await this.database.rows<RecordRow & { created_at: string }>(
      status === null ? list : listByStatus,
      [status, pattern, after?.createdAt ?? null, after?.connectionId ?? null, limit],
    );
    return rows.map((row) => ({ record: toRecord(row), createdAt: row.created_at }));
  }

  override async ofTenant(tenantId: TenantId): Promise<readonly ConnectionRecord[]> {
    return (await this.database.rows<RecordRow>(ofTenant, [tenantId])).map(toRecord);
  }

  override async events(
    connectionId: string,
    before: string | null,
    limit: number,
  ): Promise<readonly StoredEvent[]> {
    return this.database.rows<StoredEvent & Record<string, unknown>>(events, [connectionId, before, limit]);
  }

  override async summary(): Promise<StoredSummary> {
    const [counted, [due]] = await Promise.all([
      this.database.rows<{ status: StoredStatus; count: number }>(countByStatus, []),
      this.database.rows<{ due: number; overdue: number; lagSeconds: number }>(countDue, []),
    ]);
    const byStatus = { awaiting_activation: 0, connected: 0, reconnect_required: 0, disconnected: 0 };
    for (const { status, count } of counted) byStatus[status] = count;
    return { byStatus, due: due?.due ?? 0, overdue: due?.overdue ?? 0, lagSeconds: due?.lagSeconds ?? 0 };
  }

  override async setDefaultOrg(tenantId: TenantId, orgId: string, actor?: string): Promise<boolean> {
    const found = await this.database
      .transaction(async (transaction) => {
        await transaction.rows(lockTenant, [tenantId]);
        await transaction.rows(clearDefault, [tenantId, orgId]);
        const set = await transaction.rows(setDefault, [tenantId, orgId, actor ?? null]);
        if (set.length === 0) throw new OrgNotFound();
        await transaction.rows(publish, [tenantId]);
        return true;
      })
      .catch((error: unknown) => {
        if (error instanceof OrgNotFound) return false;
        throw error;
      });
    if (found) this.changes.announce(`tenant:${tenantId}`);
    return found;
  }

  override async prune(): Promise<void> {
    await this.database.rows(prune, [this.time.evidence(longestKeptSeconds).latest]);
  }
}

/** Rolls the transaction back: a default that stood stays. */
class OrgNotFound extends Error {}
