import {
  ConnectionAdoptions,
  ConnectionLeases,
  ConnectionReads,
  ConnectionSaves,
  type AdoptionClaim,
  type AdoptionSave,
  type AttemptRequest,
  type ClaimRequest,
  type AwaitedActivation,
  type ConnectionEvent,
  type ConnectionRecord,
  type Lease,
  type RefreshSave,
  type RefreshSaveResult,
  type StateSave,
} from '#connections';
import type { Clock, Secret, TenantId } from '#kernel';
import type { ClockContinuity, ClockEvidence } from '#database/sql';
import { adopt, claimPair, endPairClaim, ownerOf } from './adoption-rules.js';
import {
  claimDue,
  hastenBy,
  hastenFar,
  leaseForCheck,
  openAttempt,
  postponeLease,
  releaseLease,
  renewLease,
  type Session,
} from './lease-rules.js';
import type { MemoryDatabase } from './memory-database.js';
import { disconnect, saveRefresh, saveState } from './save-rules.js';
import { recordOf, type StoredRow } from './stored-row.js';

/** How a statement gets to the database and its answer back: at once, or when and if the world lets it. */
export type Wire = <Answer>(statement: string, execute: () => Answer) => Promise<Answer>;

export interface StoreParts {
  readonly database: MemoryDatabase;
  readonly session: Session;
  readonly clock: Clock;
  /** What this replica has seen of the database's clock. */
  readonly continuity: ClockContinuity;
  readonly wire: Wire;
  readonly newId: () => string;
}

export interface MemoryStore {
  readonly leases: ConnectionLeases;
  readonly saves: ConnectionSaves;
  readonly adoptions: ConnectionAdoptions;
  readonly reads: ConnectionReads;
}

/** The store of one replica: the contracts that the real one keeps, over a database in memory. */
export function memoryStore(parts: StoreParts): MemoryStore {
  return {
    leases: new MemoryLeases(parts),
    saves: new MemorySaves(parts),
    adoptions: new MemoryAdoptions(parts),
    reads: new MemoryReads(parts),
  };
}

function evidenceOf({ continuity, clock }: StoreParts, lengthSeconds: number): ClockEvidence {
  return continuity.evidence(lengthSeconds, clock.monotonicMilliseconds());
}

function waitOf(request: Pick<AttemptRequest, 'leaseSeconds' | 'callSeconds' | 'takeoverSeconds'>): number {
  return request.leaseSeconds + Math.max(request.callSeconds, request.takeoverSeconds);
}

/** `observed` */
function observed<Read extends { readonly readAt: Date }>(parts: StoreParts, read: Read): Read {
  parts.continuity.observe(read.readAt.getTime(), parts.clock.monotonicMilliseconds());
  return read;
}

class MemoryLeases extends ConnectionLeases {
  #hasLookedFar = false;

  constructor(private readonly parts: StoreParts) {
    super();
  }

  override async forCheck(connectionId: string, seconds: number): Promise<Lease | 'leased'> {
    const { database, wire, newId } = this.parts;
    const lease = { connectionId, leaseId: newId() };
    const evidence = evidenceOf(this.parts, seconds);
    return (await wire('lease', () => leaseForCheck(database, lease, seconds, evidence))) ? lease : 'leased';
  }

  override async openAttempt(request: AttemptRequest) {
    const { database, session, wire, newId } = this.parts;
    const lease = request.held ?? { connectionId: request.seen.connectionId, leaseId: newId() };
    const evidence = evidenceOf(this.parts, waitOf(request));
    const opened = await wire('open the attempt', () => {
      const row = openAttempt(database, request, lease, session, evidence);
      if (row?.refreshToken == null) return null;
      const { refreshToken } = row;
      const record = recordOf(row, database.now());
      return { lease, record, openRefreshToken: () => Promise.resolve(refreshToken) };
    });
    if (opened !== null) observed(this.parts, opened.record);
    return opened;
  }

  override renew(lease: Lease, seconds: number, attempt: number | null): Promise<boolean> {
    return this.parts.wire('renew the lease', () => renewLease(this.parts.database, lease, seconds, attempt));
  }

  override release(lease: Lease): Promise<void> {
    return this.parts.wire('release the lease', () => {
      releaseLease(this.parts.database, lease);
    });
  }

  override postpone(lease: Lease, nextDueAt: Date | null): Promise<void> {
    return this.parts.wire('postpone', () => {
      postponeLease(this.parts.database, lease, nextDueAt);
    });
  }

  override async hastenAfterStepBack(longestSeconds: number): Promise<void> {
    const { clock, continuity, database, wire } = this.parts;
    if (!this.#hasLookedFar || continuity.hasJustSteppedBack(clock.monotonicMilliseconds())) {
      await wire('hasten what is far', () => {
        hastenFar(database, longestSeconds);
      });
    }
    this.#hasLookedFar = true;
    const seconds = continuity.secondsBack;
    if (seconds === 0) return;
    await wire('hasten', () => {
      hastenBy(database, seconds);
    });
    continuity.madeUpFor(seconds);
  }

  override longestDueSeconds(): Promise<number> {
    return Promise.resolve(0);
  }

  /** There is no other connection whose trouble it could share. */
  override endPauses(): Promise<void> {
    return Promise.resolve();
  }

  override async claimDue(limit: number, request: ClaimRequest) {
    const { database, session, wire, newId } = this.parts;
    const evidence = evidenceOf(this.parts, waitOf(request));
    const claimed = await wire('claim what is due', () =>
      claimDue(database, limit, request, session, evidence, newId).map((row) => ({
        lease: { connectionId: row.connectionId, leaseId: row.leaseId ?? '' },
        record: recordOf(row, database.now()),
      })),
    );
    for (const { record } of claimed) observed(this.parts, record);
    return claimed;
  }
}

class MemorySaves extends ConnectionSaves {
  constructor(private readonly parts: StoreParts) {
    super();
  }

  override saveState(save: StateSave): Promise<boolean> {
    return this.parts.wire('save the state', () => saveState(this.parts.database, save));
  }

  override saveRefresh(save: RefreshSave): Promise<RefreshSaveResult> {
    const { database, clock, wire } = this.parts;
    return wire('save the grant', () => saveRefresh(database, save, clock.monotonicMilliseconds()));
  }

  override recordEvent(connectionId: string, { kind }: ConnectionEvent): Promise<void> {
    return this.parts.wire('record an event', () => {
      this.parts.database.events.push({ connectionId, kind });
    });
  }

  override disconnect(connectionId: string, tenantId: string | null): Promise<boolean> {
    return this.parts.wire('disconnect', () => disconnect(this.parts.database, connectionId, tenantId, null));
  }

  override expireActivation({ connectionId, connectNumber }: ConnectionRecord): Promise<boolean> {
    return this.parts.wire('expire the activation', () =>
      disconnect(this.parts.database, connectionId, null, connectNumber),
    );
  }

  override refuseActivation({ connectionId, connectNumber }: AwaitedActivation): Promise<boolean> {
    return this.parts.wire('refuse the activation', () =>
      disconnect(this.parts.database, connectionId, null, connectNumber),
    );
  }
}

class MemoryAdoptions extends ConnectionAdoptions {
  constructor(private readonly parts: StoreParts) {
    super();
  }

  override claim(refreshToken: Secret, seconds: number): Promise<AdoptionClaim | null> {
    const { database, wire, newId } = this.parts;
    const refreshTokenSha256 = refreshToken.sha256();
    const claim = { refreshTokenSha256, claimId: newId() };
    const evidence = evidenceOf(this.parts, seconds);
    return wire('claim the pair', () => (claimPair(database, claim, seconds, evidence) ? claim : null));
  }

  override endClaim(claim: AdoptionClaim): Promise<void> {
    return this.parts.wire('end the claim', () => {
      endPairClaim(this.parts.database, claim);
    });
  }

  override ownerOf(refreshToken: Secret, tenantId: TenantId, orgId: string | null) {
    return this.parts.wire('find the owner', () =>
      ownerOf(this.parts.database, refreshToken, { tenantId, orgId }),
    );
  }

  override adopt(save: AdoptionSave) {
    const { database, clock, wire, newId } = this.parts;
    return wire('adopt the grant', () => adopt(database, save, newId, clock.monotonicMilliseconds()));
  }
}

class MemoryReads extends ConnectionReads {
  constructor(private readonly parts: StoreParts) {
    super();
  }

  override async servable(tenantId: TenantId, orgId: string | null) {
    const { database, wire } = this.parts;
    const rows = await wire('read the tenant', () =>
      [...database.rows.values()]
        .filter((row) => row.tenantId === tenantId && row.status !== 'disconnected')
        .map((row, _, all) => {
          const meant = orgId === null ? row.isDefault || all.length === 1 : row.orgId === orgId;
          const token = meant ? row.token : null;
          return {
            record: recordOf(row, database.now()),
            openToken: token === null ? null : () => Promise.resolve(token),
          };
        }),
    );
    for (const { record } of rows) observed(this.parts, record);
    return rows;
  }

  /** The model asks by `get` alone. */
  override goodToken(): Promise<null> {
    return Promise.resolve(null);
  }

  override async find(connectionId: string): Promise<ConnectionRecord | null> {
    const { database, wire } = this.parts;
    const record = await wire('read the row', () => {
      const row = database.rows.get(connectionId);
      return row === undefined ? null : recordOf(row, database.now());
    });
    return record === null ? null : observed(this.parts, record);
  }

  /** The model restores no backup. */
  override isOlderThanServer(): Promise<boolean> {
    return Promise.resolve(false);
  }

  override token(record: ConnectionRecord): Promise<Secret | null> {
    const { database, wire } = this.parts;
    return wire('read the token', () => {
      const row = database.rows.get(record.connectionId);
      return row !== undefined && isGrantOf(row, record) ? row.token : null;
    });
  }
}

function isGrantOf(row: StoredRow, { connectNumber, grantAttempt }: ConnectionRecord): boolean {
  return row.connectNumber === connectNumber && row.grantAttempt === grantAttempt;
}
