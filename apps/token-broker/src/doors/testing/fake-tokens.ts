import { Failure, parseTenantId, Secret } from '#kernel';
import {
  Connections,
  DeskeraTokens,
  TokenRejections,
  type ConnectionEventView,
  type ConnectionQuery,
  type ConnectionSummary,
  type ConnectionView,
  type DeskeraToken,
  type HotToken,
  type Page,
  type RejectionAnswer,
  type RejectionOutcome,
  type TokenRejection,
  type TokenRequest,
} from '#tokens';

export const secretToken = 'eyJhbGciOiJSUzI1NiJ9.a-deskera-token.signature';
export const connectionId = '3f0f3b8e-6a9e-4d2b-9d5c-111111111111';

/** Hands out one token, and remembers what it was asked. */
export class FakeDeskeraTokens extends DeskeraTokens {
  readonly requests: TokenRequest[] = [];
  changes: Partial<DeskeraToken> = {};
  failure: Error | null = null;
  /** Where its token is found at once, where it is a good one. */
  lies: 'in_memory' | 'in_its_row' | 'elsewhere' = 'elsewhere';
  /** How often it was handed out from there. */
  handedOutAtOnce = 0;
  /** What a look into its row waits for. */
  row: Promise<void> = Promise.resolve();
  looks = 0;

  override hot(request: TokenRequest): HotToken | null {
    return this.lies === 'in_memory' ? this.#atOnce(request) : null;
  }

  override async cold(request: TokenRequest): Promise<HotToken | null> {
    this.looks += 1;
    await this.row;
    return this.lies === 'in_its_row' ? this.#atOnce(request) : null;
  }

  #atOnce(request: TokenRequest): HotToken | null {
    const token = this.#tokenFor(request);
    if (this.failure !== null || token.degraded !== null) return null;
    this.requests.push(request);
    this.handedOutAtOnce += 1;
    return {
      token: token.token,
      connectionId: token.connectionId,
      fingerprint: token.fingerprint,
      whole: () => token,
    };
  }

  override get(request: TokenRequest): Promise<DeskeraToken> {
    this.requests.push(request);
    return this.failure === null ? Promise.resolve(this.#tokenFor(request)) : Promise.reject(this.failure);
  }

  #tokenFor(request: TokenRequest): DeskeraToken {
    return {
      tenantId: request.tenantId,
      connectionId,
      org: { id: '11242', name: 'Singapore Org' },
      token: Secret.of(secretToken),
      fingerprint: 'aabbccddeeff0011',
      expiresAt: new Date('2026-11-23T12:00:00Z'),
      verifiedAt: new Date('2026-11-23T11:00:00Z'),
      apiUrl: 'https://bifrost.deskera.com',
      apiVersion: 'v1',
      degraded: null,
      attention: null,
      ...this.changes,
    };
  }
}

/** Answers every report alike, and remembers it. */
export class FakeTokenRejections extends TokenRejections {
  readonly reports: TokenRejection[] = [];
  outcome: RejectionOutcome = 'refreshed';

  constructor(private readonly tokens: FakeDeskeraTokens) {
    super();
  }

  override async report(rejection: TokenRejection): Promise<RejectionAnswer> {
    this.reports.push(rejection);
    const { tenantId, orgId } = rejection;
    const token = await this.tokens.get({ tenantId, orgId, minTtlSeconds: 0, maxVerifiedAgeSeconds: null });
    return { outcome: this.outcome, token };
  }
}

export const connectionView: ConnectionView = {
  connectionId,
  tenantId: parseTenantId('acme'),
  org: { id: '11242', name: 'Singapore Org' },
  email: 'person@example.com',
  apiVersion: 'v1',
  status: 'connected',
  reason: null,
  connectedAt: new Date('2026-11-01T00:00:00Z'),
  verifiedAt: new Date('2026-11-23T11:00:00Z'),
  expiresAt: null,
  refreshedAt: null,
  nextCheckAt: new Date('2026-11-23T11:15:00Z'),
  consecutiveFailures: 0,
  lastError: '503 server_error',
};

/** One connection, of the tenant `acme`; remembers what it was asked. */
export class FakeConnections extends Connections {
  readonly calls: string[] = [];

  override list(query: ConnectionQuery): Promise<Page<ConnectionView>> {
    this.calls.push(`list ${JSON.stringify(query)}`);
    return Promise.resolve({ items: [connectionView], nextCursor: 'next' });
  }

  override ofTenant(tenantId: string): Promise<readonly ConnectionView[]> {
    return Promise.resolve(tenantId === 'acme' ? [connectionView] : []);
  }

  override async find(id: string): Promise<ConnectionView> {
    await this.#mustBeKnown(id);
    return connectionView;
  }

  override async events(id: string, cursor: string | null): Promise<Page<ConnectionEventView>> {
    await this.#mustBeKnown(id);
    const event = {
      eventId: '7',
      at: new Date('2026-11-01T00:00:00Z'),
      kind: 'connected',
      detail: { cursor },
    };
    return { items: [event], nextCursor: null };
  }

  override summary(): Promise<ConnectionSummary> {
    const byStatus = { awaiting_activation: 0, connected: 3, reconnect_required: 1, disconnected: 2 };
    return Promise.resolve({ byStatus, due: 1, overdue: 0 });
  }

  override setDefaultOrg(tenantId: string, orgId: string): Promise<void> {
    this.calls.push(`setDefaultOrg ${tenantId} ${orgId}`);
    return Promise.resolve();
  }

  override async disconnect(id: string, tenantId: string | null): Promise<void> {
    this.calls.push(`disconnect ${id} ${String(tenantId)}`);
    await this.#mustBeKnown(id);
    if (tenantId !== null && tenantId !== 'acme') throw notFound();
  }

  override async checkNow(id: string): Promise<ConnectionView> {
    this.calls.push(`checkNow ${id}`);
    return this.find(id);
  }

  override async refreshNow(id: string): Promise<ConnectionView> {
    this.calls.push(`refreshNow ${id}`);
    return this.find(id);
  }

  #mustBeKnown(id: string): Promise<void> {
    return id === connectionId ? Promise.resolve() : Promise.reject(notFound());
  }
}

function notFound(): Failure {
  return new Failure('connection_not_found', 'There is no such connection.');
}
