import { Injectable } from '@nestjs/common';
import { Clock, Failure, type TenantId } from '#kernel';
import {
  ConnectionListing,
  ConnectionReads,
  ConnectionSaves,
  type ConnectionRecord,
  type ListedConnection,
  type ListingQuery,
  type StoredEvent,
} from '#connections';
import {
  Connections,
  type ConnectionEventView,
  type ConnectionQuery,
  type ConnectionSummary,
  type ConnectionView,
  type Page,
} from '../../connections.js';
import { TokensOptions } from '../../options.js';
import type { CallResult } from '../refreshing/call-result.js';
import { ConnectionCalls } from '../refreshing/connection-calls.js';
import { Deadline } from '../reading/deadline.js';
import { requireConnected } from '../reading/select-connection.js';
import { cannotServe } from '../reading/cached-token.js';

const eventsPerPage = 50;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

@Injectable()
export class ConnectionDesk extends Connections {
  constructor(
    private readonly listing: ConnectionListing,
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
    private readonly calls: ConnectionCalls,
    private readonly options: TokensOptions,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async list({ status, text, limit, cursor }: ConnectionQuery): Promise<Page<ConnectionView>> {
    const after = readListCursor(cursor);
    const rows = await this.listing.list({ status, text, limit: limit + 1, after });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(({ record }) => viewOf(record)),
      nextCursor: rows.length > limit && last !== undefined ? listCursor(last) : null,
    };
  }

  override async ofTenant(tenantId: TenantId): Promise<readonly ConnectionView[]> {
    return (await this.listing.ofTenant(tenantId)).map(viewOf);
  }

  override async find(connectionId: string): Promise<ConnectionView> {
    return viewOf(await this.#record(connectionId));
  }

  override async events(connectionId: string, cursor: string | null): Promise<Page<ConnectionEventView>> {
    const before = readEventCursor(cursor);
    await this.#record(connectionId);
    const rows = await this.listing.events(connectionId, before, eventsPerPage + 1);
    const items = rows.slice(0, eventsPerPage);
    const last = items.at(-1);
    return {
      items,
      nextCursor: rows.length > eventsPerPage && last !== undefined ? eventCursor(last) : null,
    };
  }

  override async summary(): Promise<ConnectionSummary> {
    return this.listing.summary();
  }

  override async setDefaultOrg(tenantId: TenantId, orgId: string, actor?: string): Promise<void> {
    if (await this.listing.setDefaultOrg(tenantId, orgId, actor)) return;
    throw new Failure('org_not_connected', 'This tenant has not connected the Deskera org that was named.');
  }

  override async disconnect(connectionId: string, tenantId: TenantId | null, actor?: string): Promise<void> {
    if (uuid.test(connectionId) && (await this.saves.disconnect(connectionId, tenantId, actor))) return;
    throw notFound();
  }

  override async checkNow(connectionId: string): Promise<ConnectionView> {
    return this.#now(connectionId, (seen) =>
      this.calls.check({ seen, held: null, onDemand: true }, 'on_demand'),
    );
  }

  override async refreshNow(connectionId: string): Promise<ConnectionView> {
    return this.#now(connectionId, (seen) =>
      this.calls.refresh({ seen, wantedTtlSeconds: null, held: null }, 'on_demand'),
    );
  }

  async #now(
    connectionId: string,
    call: (seen: ConnectionRecord) => Promise<CallResult>,
  ): Promise<ConnectionView> {
    const seen = await this.#record(connectionId);
    if (!mayRevive(seen)) requireConnected(seen);
    const deadline = new Deadline(this.clock, this.options.timeoutSeconds * 1_000);
    const result = await deadline.orNull(call(seen));
    const present = await this.#record(connectionId);
    if (seen.status === 'reconnect_required' && result?.kind === 'done') requireConnected(present);
    if (result?.kind === 'done') return viewOf(present);
    const by = result?.kind === 'blocked' ? result.by : 'deskera_unavailable';
    throw cannotServe(present, by, present.readAt);
  }

  /** @throws Failure `connection_not_found` */
  async #record(connectionId: string): Promise<ConnectionRecord> {
    const record = uuid.test(connectionId) ? await this.reads.find(connectionId) : null;
    if (record === null) throw notFound();
    return record;
  }
}

/** Whether the credentials are kept and may be good. */
function mayRevive({ status, reason, fingerprint }: ConnectionRecord): boolean {
  return status === 'reconnect_required' && reason !== 'org_changed' && fingerprint !== null;
}

function notFound(): Failure {
  return new Failure('connection_not_found', 'There is no such connection.');
}

/** The public view of a record, built field by field. */
export function viewOf(record: ConnectionRecord): ConnectionView {
  return {
    connectionId: record.connectionId,
    tenantId: record.tenantId,
    org: { id: record.orgId, name: record.orgName },
    email: record.email,
    apiVersion: record.apiVersion,
    status: record.status,
    reason: record.reason,
    connectedAt: record.connectedAt,
    verifiedAt: record.verifiedAt,
    expiresAt: record.expiresAt,
    // The grant of the connect itself has the attempt 0.
    refreshedAt: record.grantAttempt > 0 ? record.issuedAt : null,
    nextCheckAt: record.status === 'connected' ? record.nextDueAt : null,
    consecutiveFailures: record.consecutiveFailures,
    lastError: record.lastError,
  };
}

/** Cursors are opaque to callers and are validated when they come back. */
function listCursor({ createdAt, record }: ListedConnection): string {
  return encode([createdAt, record.connectionId]);
}

/** @throws Failure `invalid_cursor` */
function readListCursor(cursor: string | null): ListingQuery['after'] {
  if (cursor === null) return null;
  const [createdAt, connectionId, ...others] = decode(cursor);
  if (createdAt === undefined || connectionId === undefined || others.length > 0) throw invalidCursor();
  if (!/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d){0,2}$/.test(createdAt))
    throw invalidCursor();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(connectionId)) throw invalidCursor();
  if (Number.isNaN(Date.parse(createdAt.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))))
    throw invalidCursor();
  return { createdAt, connectionId };
}

function eventCursor({ eventId }: StoredEvent): string {
  return encode([eventId]);
}

/** @throws Failure `invalid_cursor` */
function readEventCursor(cursor: string | null): string | null {
  if (cursor === null) return null;
  const [eventId, ...others] = decode(cursor);
  if (eventId === undefined || others.length > 0 || !/^\d{1,18}$/.test(eventId)) throw invalidCursor();
  return eventId;
}

function encode(parts: readonly string[]): string {
  return Buffer.from(parts.join('|')).toString('base64url');
}

function decode(cursor: string): string[] {
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(cursor)) throw invalidCursor();
  return Buffer.from(cursor, 'base64url').toString('utf8').split('|');
}

function invalidCursor(): Failure {
  return new Failure('invalid_cursor', 'The cursor is not one that this list handed out.');
}
