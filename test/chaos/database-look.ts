import pg from 'pg';

/** A connection as it stands in the database; `refreshToken` by fingerprint. */
export interface StoredConnection {
  readonly connectionId: string;
  readonly tenantId: string;
  readonly orgId: string;
  readonly status: string;
  readonly reason: string | null;
  readonly refreshToken: string | null;
  readonly attemptOpen: boolean;
  readonly leased: boolean;
  readonly leaseId: string | null;
  readonly waits: boolean;
  /** How much longer it waits after a failure. */
  readonly waitsSeconds: number;
}

export interface StoredEvent {
  readonly orgId: string;
  readonly at: number;
  readonly kind: string;
  readonly reason: string | null;
}

const connections = `
  SELECT n.connection_id AS "connectionId", n.tenant_id AS "tenantId", n.org_id AS "orgId", n.status, n.reason,
         left(encode(c.refresh_token_sha256, 'hex'), 16) AS "refreshToken",
         u.attempt_open AS "attemptOpen", coalesce(u.lease_until > now(), false) AS leased, u.lease_id AS "leaseId",
         coalesce(u.not_before > now(), false) AS waits,
         greatest(coalesce(extract(epoch FROM u.not_before - now()), 0), 0)::float8 AS "waitsSeconds"
    FROM connection n JOIN credential c USING (connection_id) JOIN connection_upkeep u USING (connection_id)`;

const events = `
  SELECT n.org_id AS "orgId", (extract(epoch FROM e.at) * 1000)::float8 AS at, e.kind, e.detail ->> 'reason' AS reason
    FROM connection_event e JOIN connection n USING (connection_id)
   ORDER BY e.event_id`;

/** The pauses after failures are over: nobody here waits an hour to see what comes after one. */
const endPauses = `
  UPDATE connection_upkeep u SET not_before = NULL, next_due_at = now()
    FROM connection n
   WHERE n.connection_id = u.connection_id AND n.status = 'connected' AND (u.not_before > now() OR u.attempt_open)`;

/** The database as it is, seen directly. */
export class DatabaseLook {
  constructor(private readonly url: string) {}

  async connections(): Promise<readonly StoredConnection[]> {
    return this.#rows<StoredConnection>(connections);
  }

  async events(): Promise<readonly StoredEvent[]> {
    return this.#rows<StoredEvent>(events);
  }

  async endPauses(): Promise<void> {
    await this.#rows(endPauses);
  }

  async #rows<Row extends object>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }
}
