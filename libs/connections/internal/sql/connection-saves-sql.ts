import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { ChangeFeed } from '#database';
import type { ConnectionRecord } from '../../connection-record.js';
import {
  ConnectionSaves,
  type AwaitedActivation,
  type ConnectionEvent,
  type RefreshSave,
  type RefreshSaveResult,
  type StateSave,
} from '../../connection-saves.js';
import { announcing } from './announcement.js';
import { CredentialVault } from '#vault';
import { recordRefused } from './connect-statements.js';
import { Database, type Queryable, secondsSince, statement } from '#database/sql';
import { saveRefreshStatement } from './refresh-save.js';
import { isHeldElsewhere } from './held-elsewhere.js';
import { withSpent } from './spent-refresh-tokens.js';
import { stateDocument } from './state-columns.js';
import { saveActivationStatement, saveStateStatement, saveStateValues } from './state-save.js';

const recordEvent = statement(
  'event_record',
  `INSERT INTO connection_event (connection_id, kind, detail) VALUES ($1, $2, $3::jsonb)`,
);

/** The rows that `disconnect` locks, in the same order: a session is locked after its connection, as in an adoption. */
const lockConnection = statement(
  'connection_lock',
  `SELECT FROM credential c JOIN connection n ON n.connection_id = c.connection_id
    WHERE c.connection_id = $1
      FOR UPDATE OF c, n`,
);

const disconnect = statement(
  'connection_disconnect',
  `WITH target AS MATERIALIZED (
     SELECT c.connection_id, n.status
       FROM credential c JOIN connection n ON n.connection_id = c.connection_id
      WHERE c.connection_id = $1 AND ($2::text IS NULL OR n.tenant_id = $2) AND n.status <> 'disconnected'
        AND ($3::bigint IS NULL OR c.connect_number = $3)
        AND ($3::bigint IS NULL OR n.status = 'awaiting_activation' OR ($5::bytea IS NOT NULL AND NOT EXISTS (
              SELECT FROM connect_session other
               WHERE other.connection_id = n.connection_id AND other.connect_number = $3
                 AND other.session_sha256 <> $5 AND other.status = 'connected')))
        FOR UPDATE OF c, n
   ), erased AS (
     UPDATE credential c
        SET connect_number = nextval('connect_number_sequence'), grant_attempt = 0,
            sealed_token = NULL, sealed_refresh_token = NULL, fingerprint = NULL, issued_at = NULL,
            expires_at = NULL, token_life_seconds = NULL, refresh_token_expires_at = NULL, verified_at = NULL,
            bad_since = NULL, refresh_token_sha256 = NULL, spent_refresh_token_sha256 = ${withSpent('c')}
       FROM target WHERE c.connection_id = target.connection_id
     RETURNING c.connection_id
   ), stopped AS (
     UPDATE connection_upkeep u
        SET state_version = u.state_version + 1, attempt = u.attempt + 1, attempt_open = false, outcome_unknown = false, unanswered_count = 0,
            lease_until = least(u.lease_until, now()), lease_id = NULL, next_due_at = NULL, not_before = NULL,
            consecutive_failures = 0, failure_kind = NULL, last_error = NULL,
            refused_count = 0, refused_since = NULL, fell_short_count = 0, fell_short_until = NULL
       FROM erased WHERE u.connection_id = erased.connection_id
   ), ended AS (
     UPDATE connection n
        SET status = 'disconnected', reason = NULL, attention = NULL, status_since = now(), is_default = false
       FROM erased WHERE n.connection_id = erased.connection_id
     RETURNING n.connection_id, n.tenant_id
   ), kept_event AS (
     INSERT INTO connection_event (connection_id, kind, detail)
     SELECT connection_id, 'disconnected', $4::jsonb FROM ended
   ), published AS (
     INSERT INTO change (subject) SELECT 'tenant:' || tenant_id FROM ended
   ), told AS (
     SELECT ended.connection_id, 'connection.disconnected' AS type, '{}'::jsonb AS detail
       FROM ended JOIN target ON target.connection_id = ended.connection_id
       LEFT JOIN connection_announcement last ON last.connection_id = ended.connection_id
      -- Nobody was told of a connection that was never activated.
      WHERE target.status <> 'awaiting_activation' OR last.type <> 'connection.disconnected'
   ), ${announcing('told')}
   SELECT tenant_id AS "tenantId" FROM ended`,
);

interface Disconnection {
  readonly connectionId: string;
  readonly tenantId?: string | null;
  /** Left out: whichever connect; else the one that awaits its activation. */
  readonly connectNumber?: number;
  /** Of a session that is refused: its connect may be served already. */
  readonly sessionSha256?: Buffer;
  readonly detail?: ConnectionEvent['detail'];
}

@Injectable()
export class ConnectionSavesSql extends ConnectionSaves {
  constructor(
    private readonly database: Database,
    private readonly vault: CredentialVault,
    private readonly changes: ChangeFeed,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async saveState(save: StateSave): Promise<boolean> {
    const saveStatement = save.activatedSession === undefined ? saveStateStatement : saveActivationStatement;
    const saved = await this.database.rows(saveStatement, saveStateValues(save));
    if (saved.length > 0 && save.publish) this.changes.announce(`tenant:${save.seen.tenantId}`);
    return saved.length > 0;
  }

  override async saveRefresh(save: RefreshSave): Promise<RefreshSaveResult> {
    try {
      return await this.#saveRefresh(save);
    } catch (error) {
      if (isHeldElsewhere(error)) return 'held_elsewhere';
      throw error;
    }
  }

  async #saveRefresh({ seen, grant, orgName, next, event, lease }: RefreshSave): Promise<RefreshSaveResult> {
    const place = { ...seen, grantAttempt: seen.attempt };
    const [sealedToken, sealedRefreshToken] = await Promise.all([
      this.vault.seal(grant.token, place, 'token'),
      this.vault.seal(grant.refreshToken, place, 'refresh_token'),
    ]);
    const saved = await this.database.rows(saveRefreshStatement, [
      seen.connectionId,
      seen.connectNumber,
      seen.attempt,
      sealedToken,
      sealedRefreshToken,
      grant.token.fingerprint(),
      grant.refreshToken.sha256(),
      grant.tokenLifeSeconds,
      grant.refreshTokenLifeSeconds,
      secondsSince(grant.arrivedAt, this.clock),
      secondsSince(grant.sentAt, this.clock),
      stateDocument(next),
      lease.leaseId,
      event.kind,
      JSON.stringify(event.detail),
      seen.tenantId,
      seen.attemptProcessId ?? null,
      orgName ?? null,
    ]);
    if (saved.length === 0) return 'moved';
    this.changes.announce(`tenant:${seen.tenantId}`);
    return 'saved';
  }

  override async recordEvent(connectionId: string, event: ConnectionEvent): Promise<void> {
    await this.database.rows(recordEvent, [connectionId, event.kind, JSON.stringify(event.detail)]);
  }

  override disconnect(connectionId: string, tenantId: string | null, actor?: string): Promise<boolean> {
    const detail = actor === undefined ? {} : { actor };
    return this.#published(this.#disconnect(this.database, { connectionId, tenantId, detail }));
  }

  override expireActivation({ connectionId, connectNumber }: ConnectionRecord): Promise<boolean> {
    return this.#published(this.#disconnect(this.database, { connectionId, connectNumber }));
  }

  override async refuseActivation(awaited: AwaitedActivation, reason: string): Promise<boolean> {
    const { sessionSha256, connectionId, connectNumber } = awaited;
    const { isRefused, tenantId } = await this.database.transaction(async (transaction) => {
      await transaction.rows(lockConnection, [connectionId]);
      const values = [sessionSha256, reason, connectionId, connectNumber];
      if ((await transaction.rows(recordRefused, values)).length === 0)
        return { isRefused: false, tenantId: null };
      return {
        isRefused: true,
        tenantId: await this.#disconnect(transaction, { ...awaited, detail: { reason } }),
      };
    });
    await this.#published(Promise.resolve(tenantId));
    return isRefused;
  }

  /** @returns the tenant; null where nothing was disconnected */
  async #disconnect(database: Queryable, disconnection: Disconnection): Promise<string | null> {
    const { connectionId, tenantId = null, connectNumber = null, sessionSha256 = null } = disconnection;
    const detail = JSON.stringify(disconnection.detail ?? {});
    const values = [connectionId, tenantId, connectNumber, detail, sessionSha256];
    const [row] = await database.rows<{ tenantId: string }>(disconnect, values);
    return row?.tenantId ?? null;
  }

  async #published(disconnected: Promise<string | null>): Promise<boolean> {
    const tenantId = await disconnected;
    if (tenantId !== null) this.changes.announce(`tenant:${tenantId}`);
    return tenantId !== null;
  }
}
