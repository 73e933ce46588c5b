import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  ConnectionLeases,
  type AttemptRequest,
  type ClaimRequest,
  type Lease,
  type OpenedAttempt,
} from '../../connection-leases.js';
import type { ConnectionRecord } from '../../connection-record.js';
import { ReplicaSession } from '#database';
import { isLeftToItsOwner } from './attempt-owner.js';
import { recordColumns, toRecord, type RecordRow } from './connection-columns.js';
import { claimDue, claimDueElsewhere } from './due-claims.js';
import { leaseIsFree } from './lease-state.js';
import { CredentialVault } from '#vault';
import {
  Database,
  ObservedDatabaseTime,
  hasJustLostCommits,
  lifeBegan,
  serverLife,
  statement,
} from '#database/sql';
import { endPauses, hastenBy, hastenDeliveries, hastenFar } from './hasten-statements.js';

/** A check of a time that is still to come was stored before the clock was set back. */
const checksAreUsedUp = `(cardinality(demanded_checks) >= 10
           AND demanded_checks[1] > now() - interval '10 seconds' AND demanded_checks[1] <= now())`;

const leaseForCheck = statement(
  'lease_for_check',
  `UPDATE connection_upkeep
      SET lease_id = $2, lease_until = now() + make_interval(secs => $3),
          demanded_checks = CASE WHEN $4 THEN (demanded_checks || now())[greatest(cardinality(demanded_checks) - 8, 1):]
                                 ELSE demanded_checks END
    WHERE connection_id = $1
      AND ${leaseIsFree('connection_upkeep', { latest: '$5', steadySince: '$6' })}
      AND NOT ($4 AND ${checksAreUsedUp})
   RETURNING connection_id`,
);

const checksUsedUp = statement(
  'lease_checks_used_up',
  `SELECT ${checksAreUsedUp} AS limited
     FROM connection_upkeep WHERE connection_id = $1`,
);

const evidence = { latest: '$12', steadySince: '$13' };

/**
 * The credential is locked first: an UPDATE that waited for its own row would go on with the version of a joined row
 * that its snapshot shows, and hand out a refresh token that was spent meanwhile. A lock that is held on another server than
 * this one's is no lock here. After a failover callers hold refreshes back (`LostCommits`); this statement does so too, for one
 * that has not noticed yet.
 */
const openAttempt = statement(
  'attempt_open',
  `WITH c AS MATERIALIZED (
     SELECT connection_id, connect_number, grant_attempt, fingerprint, issued_at, expires_at, token_life_seconds,
            refresh_token_expires_at, verified_at, bad_since, sealed_refresh_token
       FROM credential
      WHERE connection_id = $1 AND connect_number = $9 AND grant_attempt = $10 AND sealed_refresh_token IS NOT NULL
        FOR NO KEY UPDATE
   )
   UPDATE connection_upkeep u
      SET lease_id = $2, lease_until = now() + make_interval(secs => $3),
          state_version = u.state_version + 1, attempt = u.attempt + 1,
          outcome_unknown = u.outcome_unknown OR u.attempt_open,
          attempt_open = true,
          attempt_until = now() + make_interval(secs => $3),
          attempt_process_id = $5,
          attempt_replica_key = CASE WHEN $14 = ${serverLife} THEN $6::bigint END,
          attempt_server_started_at = ${lifeBegan}
     FROM connection n, c
    WHERE u.connection_id = $1 AND n.connection_id = $1 AND c.connection_id = $1
      AND (${leaseIsFree('u', evidence)} OR u.lease_id = $2)
      AND u.attempt = $4
      AND (NOT u.attempt_open OR u.attempt_process_id <> $5 OR u.attempt = $7)
      AND NOT ${isLeftToItsOwner('u', { processId: '$5', leaseSeconds: '$3', takeoverSeconds: '$8', callSeconds: '$11', ...evidence })}
      AND NOT ${hasJustLostCommits('$3', evidence.latest)}
   RETURNING ${recordColumns}, c.sealed_refresh_token, n.site_seal`,
);

/** A lease that lapsed is its owner's still, one that was ended is nobody's: a renewal that comes late finds no id. */
const renew = statement(
  'lease_renew',
  `UPDATE connection_upkeep
      SET lease_until = now() + make_interval(secs => $3),
          attempt_until = CASE WHEN attempt_open AND attempt = $4 THEN now() + make_interval(secs => $3)
                               ELSE attempt_until END
    WHERE connection_id = $1 AND lease_id = $2
   RETURNING connection_id`,
);

const release = statement(
  'lease_release',
  `UPDATE connection_upkeep SET lease_until = least(lease_until, now()), lease_id = NULL
    WHERE connection_id = $1 AND lease_id = $2`,
);

const postpone = statement(
  'lease_postpone',
  `UPDATE connection_upkeep
      SET next_due_at = CASE WHEN next_due_at <= now() THEN $3 ELSE next_due_at END,
          lease_until = CASE WHEN lease_id = $2 THEN least(lease_until, now()) ELSE lease_until END,
          lease_id = nullif(lease_id, $2)
    WHERE connection_id = $1 AND (lease_id = $2 OR lease_until IS NULL OR lease_until <= now())`,
);

const longestDue = statement(
  'lease_longest_due',
  `SELECT greatest(extract(epoch FROM now() - min(next_due_at)), 0)::float8 AS seconds
     FROM connection_upkeep WHERE next_due_at IS NOT NULL`,
);

const hastenBatch = 1_000;
const nilId = '00000000-0000-0000-0000-000000000000';

type AttemptRow = RecordRow & { readonly sealed_refresh_token: string; readonly site_seal: string | null };
type ClaimedRow = RecordRow & { readonly lease_id: string };

@Injectable()
export class ConnectionLeasesSql extends ConnectionLeases {
  #hasLookedFar = false;

  constructor(
    private readonly database: Database,
    private readonly vault: CredentialVault,
    private readonly session: ReplicaSession,
    private readonly time: ObservedDatabaseTime,
  ) {
    super();
  }

  override async forCheck(
    connectionId: string,
    leaseSeconds: number,
    onDemand: boolean,
  ): Promise<Lease | 'leased' | 'limited'> {
    const leaseId = randomUUID();
    const { latest, steadySince } = this.time.evidence(leaseSeconds);
    const values = [connectionId, leaseId, leaseSeconds, onDemand, latest, steadySince];
    const taken = await this.database.rows(leaseForCheck, values);
    if (taken.length > 0) return { connectionId, leaseId };
    if (!onDemand) return 'leased';
    const [checks] = await this.database.rows<{ limited: boolean | null }>(checksUsedUp, [connectionId]);
    return checks?.limited === true ? 'limited' : 'leased';
  }

  override async openAttempt(request: AttemptRequest): Promise<OpenedAttempt | null> {
    const { connectionId, attempt, connectNumber, grantAttempt } = request.seen;
    const lease = request.held ?? { connectionId, leaseId: randomUUID() };
    const heldLock = this.session.heldLock();
    const [row] = await this.database.rows<AttemptRow>(openAttempt, [
      connectionId,
      lease.leaseId,
      request.leaseSeconds,
      attempt,
      this.session.processId,
      heldLock?.key ?? null,
      request.ownEndedAttempt,
      request.takeoverSeconds,
      connectNumber,
      grantAttempt,
      request.callSeconds,
      ...this.#evidence(request),
      heldLock?.serverLife ?? null,
    ]);
    if (row === undefined) return null;
    const record = this.time.observed(toRecord(row));
    const { sealed_refresh_token: sealed, site_seal: siteSeal } = row;
    const openRefreshToken = () => this.vault.openFor(sealed, record, siteSeal, 'refresh_token');
    return { lease, record, openRefreshToken };
  }

  override async renew(lease: Lease, leaseSeconds: number, attempt: number | null): Promise<boolean> {
    const kept = await this.database.rows(renew, [lease.connectionId, lease.leaseId, leaseSeconds, attempt]);
    return kept.length > 0;
  }

  override async release(lease: Lease): Promise<void> {
    await this.database.rows(release, [lease.connectionId, lease.leaseId]);
  }

  override async postpone(lease: Lease, nextDueAt: Date | null): Promise<void> {
    await this.database.rows(postpone, [lease.connectionId, lease.leaseId, nextDueAt]);
  }

  override async claimDue(
    limit: number,
    request: ClaimRequest,
  ): Promise<readonly { lease: Lease; record: ConnectionRecord }[]> {
    const { processId } = this.session;
    const { leaseSeconds, callSeconds, takeoverSeconds, exceptApiUrls } = request;
    const values = [limit, leaseSeconds, processId, callSeconds, takeoverSeconds, ...this.#evidence(request)];
    const rows = await (exceptApiUrls.length === 0
      ? this.database.rows<ClaimedRow>(claimDue, values)
      : this.database.rows<ClaimedRow>(claimDueElsewhere, [...values, exceptApiUrls]));
    return rows.map((row) => ({
      lease: { connectionId: row.connection_id, leaseId: row.lease_id },
      record: this.time.observed(toRecord(row)),
    }));
  }

  override async hastenAfterStepBack(longestSeconds: number): Promise<void> {
    if (!this.#hasLookedFar || this.time.hasJustSteppedBack)
      await this.database.rows(hastenFar, [longestSeconds]);
    this.#hasLookedFar = true;
    const seconds = this.time.secondsBack;
    if (seconds === 0) return;
    for (let from: string | undefined = nilId; from !== undefined;) {
      const rows: { connection_id: string }[] = await this.database.rows(hastenBy, [
        seconds,
        from,
        hastenBatch,
      ]);
      from = rows.length < hastenBatch ? undefined : rows.at(-1)?.connection_id;
    }
    await this.database.rows(hastenDeliveries, [seconds]);
    this.time.madeUpFor(seconds);
  }

  override async longestDueSeconds(): Promise<number> {
    const [row] = await this.database.rows<{ seconds: number | null }>(longestDue, []);
    return row?.seconds ?? 0;
  }

  override async endPauses(connectionIds: readonly string[]): Promise<void> {
    await this.database.rows(endPauses, [connectionIds]);
  }

  /** An attempt is waited for from the end of its lease on. */
  #evidence(times: Pick<AttemptRequest, 'leaseSeconds' | 'callSeconds' | 'takeoverSeconds'>) {
    const { leaseSeconds, callSeconds, takeoverSeconds } = times;
    const { latest, steadySince } = this.time.evidence(leaseSeconds + Math.max(callSeconds, takeoverSeconds));
    return [latest, steadySince] as const;
  }
}
