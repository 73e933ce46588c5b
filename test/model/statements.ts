import fc from 'fast-check';
import { Secret, type TenantId } from '#kernel';
import type { ConnectionRecord, GrantSave, Lease } from '#connections';
import { connectedState } from '#connections/testing';
import type { Side } from './sides.js';

const orgId = '11242';
/** The longest there is. */
const leaseSeconds = 600;

/** Of the records seen so far the `seen`-th last is the one that the caller saw. */
export type Statement =
  | {
      readonly do: 'adopt';
      readonly by: number;
      readonly connectNumber: number;
      readonly pair: number;
      /** A pair that was traded for this one before anything was stored; null: none was. */
      readonly spent: number | null;
    }
  | {
      readonly do: 'open';
      readonly by: number;
      readonly seen: number;
      readonly ownEnded: boolean;
      readonly patient: boolean;
    }
  | { readonly do: 'save_refresh'; readonly by: number; readonly seen: number; readonly pair: number }
  | {
      readonly do: 'save_state';
      readonly by: number;
      readonly seen: number;
      readonly open: boolean;
      readonly dead: boolean;
      readonly erase: boolean;
    }
  | { readonly do: 'check' | 'renew' | 'release' | 'disconnect' | 'lapse'; readonly by: number };

const by = fc.nat(1);
const seen = fc.nat(3);
const pair = fc.nat(5);
const flag = fc.boolean();

const statement: fc.Arbitrary<Statement> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('adopt'),
      by,
      connectNumber: fc.constantFrom(1, 2, 3, 1_000_001, 1_000_002),
      pair,
      spent: fc.option(pair),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('open'), by, seen, ownEnded: flag, patient: flag }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('save_refresh'), by, seen, pair }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('save_state'), by, seen, open: flag, dead: flag, erase: flag }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('check', 'renew', 'release', 'lapse'), by }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disconnect'), by }) },
);

export const statements: fc.Arbitrary<readonly Statement[]> = fc
  .array(statement, { maxLength: 14, size: 'max' })
  .map((rest) => [{ do: 'adopt', by: 0, connectNumber: 1, pair: 0, spent: null } as const, ...rest]);

interface Memory {
  readonly records: ConnectionRecord[];
  lease: Lease | null;
}

/** What the callers of these sides remember from one statement to the next. */
const remembered = new WeakMap<readonly Side[], Memory>();

/** @returns what the caller learns, without the ids and times that are no two stores' same */
export async function perform(
  sides: readonly Side[],
  tenantId: TenantId,
  statement: Statement,
): Promise<unknown> {
  const side = sides[statement.by];
  if (side === undefined) throw new Error('there are two sides');
  const memory = remembered.get(sides) ?? { records: [], lease: null };
  remembered.set(sides, memory);
  const answer = await answered(side, memory, tenantId, statement);
  const present = await presentRecord(sides, tenantId, memory);
  if (present !== null) memory.records.unshift(present);
  return answer;
}

async function answered(
  side: Side,
  memory: Memory,
  tenantId: TenantId,
  statement: Statement,
): Promise<unknown> {
  if (statement.do === 'adopt') return adopted(side, memory, tenantId, statement);
  const record =
    memory.records['seen' in statement ? Math.min(statement.seen, memory.records.length - 1) : 0];
  if (record === undefined) return 'nothing is stored';
  const { connectionId } = record;
  const lease = memory.lease ?? { connectionId, leaseId: '00000000-0000-4000-8000-000000000000' };
  switch (statement.do) {
    case 'open': {
      const [callSeconds, takeoverSeconds] = statement.patient ? [30, 86_400] : [30, 60];
      const ownEndedAttempt = statement.ownEnded ? record.attempt : null;
      const opened = await side.leases.openAttempt({
        seen: record,
        leaseSeconds,
        held: null,
        ownEndedAttempt,
        callSeconds,
        takeoverSeconds,
      });
      if (opened === null) return null;
      memory.lease = opened.lease;
      memory.records.unshift(opened.record);
      return { ...seenOf(opened.record), refreshToken: (await opened.openRefreshToken()).reveal() };
    }
    case 'save_refresh':
      return side.saves.saveRefresh({
        seen: record,
        grant: grantOf(side, tenantId, statement.pair),
        next: { ...record, ...connectedState({ attemptOpen: false }) },
        event: { kind: 'refreshed', detail: {} },
        lease,
      });
    case 'save_state': {
      const standing = statement.dead
        ? ({ status: 'reconnect_required', reason: 'grant_revoked' } as const)
        : ({ status: 'connected', reason: null } as const);
      const next = { ...record, ...standing, attemptOpen: statement.open, outcomeUnknown: statement.open };
      return side.saves.saveState({
        seen: record,
        next,
        event: null,
        publish: false,
        erase: statement.erase,
        lease,
      });
    }
    case 'check': {
      const taken = await side.leases.forCheck(connectionId, leaseSeconds, false);
      if (typeof taken !== 'string') memory.lease = taken;
      return typeof taken;
    }
    case 'renew':
      return side.leases.renew(lease, leaseSeconds, record.attempt);
    case 'release':
      return side.leases.release(lease);
    case 'disconnect':
      return side.saves.disconnect(connectionId, tenantId);
    case 'lapse':
      return side.lapse();
  }
}

async function adopted(
  side: Side,
  memory: Memory,
  tenantId: TenantId,
  { connectNumber, pair: which, spent }: Extract<Statement, { do: 'adopt' }>,
): Promise<unknown> {
  const result = await side.adoptions.adopt({
    tenantId,
    apiVersion: 'v1',
    apiUrl: 'https://bifrost.example',
    orgId,
    orgName: 'Singapore Org',
    email: null,
    connectNumber,
    grant: grantOf(side, tenantId, which),
    spentSha256: spent === null ? null : grantOf(side, tenantId, spent).refreshToken.sha256(),
    stateSha256: Buffer.alloc(32),
    sessionSha256: Buffer.alloc(32),
    decide: (existing, known) => {
      if (existing !== null && existing.connectNumber >= connectNumber) return { kind: 'superseded' };
      const keepGrant = known && existing?.status === 'connected';
      return {
        kind: 'save',
        keepGrant,
        next: connectedState(),
        event: { kind: 'connected', detail: { known } },
      };
    },
  });
  if (result.kind === 'saved' && memory.records.length === 0) {
    const record = await side.reads.find(result.connectionId);
    if (record !== null) memory.records.unshift(record);
  }
  return { ...result, connectionId: null };
}

async function presentRecord(sides: readonly Side[], tenantId: TenantId, memory: Memory) {
  const [side] = sides;
  const connectionId = memory.records[0]?.connectionId;
  return side === undefined || connectionId === undefined ? null : side.reads.find(connectionId);
}

/** The row as everybody sees it, and the token it holds. */
export async function whatIsSeen(sides: readonly Side[], tenantId: TenantId): Promise<unknown> {
  const [side] = sides;
  const memory = remembered.get(sides);
  const record = memory === undefined ? null : await presentRecord(sides, tenantId, memory);
  if (side === undefined || record === null) return null;
  return { ...seenOf(record), token: (await side.reads.token(record))?.reveal() };
}

/** Numbers drawn from a sequence count from elsewhere after a disconnect; times are only there or not. */
function seenOf(record: ConnectionRecord) {
  const { status, reason, attention, grantAttempt, attempt, attemptOpen, outcomeUnknown, leased } = record;
  const { fingerprint, tokenLifeSeconds, unansweredCount, consecutiveFailures, failureKind } = record;
  const times = [record.expiresAt, record.issuedAt, record.badSince, record.verifiedAt, record.nextDueAt].map(
    (time) => time !== null,
  );
  return {
    status,
    reason,
    attention,
    grantAttempt,
    attempt,
    attemptOpen,
    outcomeUnknown,
    leased,
    fingerprint,
    tokenLifeSeconds,
    unansweredCount,
    consecutiveFailures,
    failureKind,
    times,
  };
}

function grantOf({ clock }: Side, tenantId: TenantId, which: number): GrantSave {
  const now = clock.monotonicMilliseconds();
  const name = `${String(which)} of ${tenantId}`;
  return {
    token: Secret.of(`token ${name}`),
    refreshToken: Secret.of(`refresh token ${name}`),
    tokenLifeSeconds: 3_600,
    refreshTokenLifeSeconds: null,
    arrivedAt: now,
    sentAt: now,
  };
}
