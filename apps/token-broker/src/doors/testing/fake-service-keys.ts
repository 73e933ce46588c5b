import {
  AdminTrail,
  ServiceKeys,
  type Caller,
  type CreatedSecret,
  type CreatedServiceKey,
  type Scope,
  type ServiceKeyRequest,
  type ServiceKeyView,
} from '#access';
import { Failure, Secret } from '#kernel';

/** Remembers what admins did. */
export class FakeAdminTrail extends AdminTrail {
  readonly records: string[] = [];

  override record(admin: Caller, action: string, subject: string | null): Promise<void> {
    this.records.push(`${admin.actor} ${action} ${String(subject)}`);
    return Promise.resolve();
  }
}

/** Makes keys that open nothing. */
export class FakeServiceKeys extends ServiceKeys {
  readonly requests: ServiceKeyRequest[] = [];

  constructor(private readonly trail: AdminTrail) {
    super();
  }

  override async create(request: ServiceKeyRequest, creator: Caller): Promise<CreatedServiceKey> {
    this.requests.push(request);
    await this.trail.record(creator, 'service_key_create', '0123456789abcdef');
    return { ...view(request), key: Secret.of('dtb_0123456789abcdef_the-secret') };
  }

  override list(): Promise<readonly ServiceKeyView[]> {
    return Promise.resolve(this.requests.map(view));
  }

  override async find(keyId: string): Promise<ServiceKeyView> {
    mustBeKnown(keyId);
    return view({ name: 'invoices', scopes: ['tokens:read'], tenants: ['acme'], expiresAt: null });
  }

  override async revoke(keyId: string, revoker: Caller): Promise<void> {
    await this.trail.record(revoker, 'service_key_revoke', keyId);
    mustBeKnown(keyId);
  }

  override async addSecret(keyId: string, admin: Caller): Promise<CreatedSecret> {
    await this.trail.record(admin, 'service_key_secret_create', keyId);
    mustBeKnown(keyId);
    return { keyId, number: 2, key: Secret.of('dtb_0123456789abcdef_the-second') };
  }

  /** Number 1 is live, 3 is the last one. */
  override async removeSecret(keyId: string, number: number, admin: Caller): Promise<void> {
    await this.trail.record(admin, 'service_key_secret_remove', `${keyId}/${String(number)}`);
    mustBeKnown(keyId);
    if (number === 3) throw new Failure('service_key_last_secret', 'It is the last one.');
    if (number !== 1) throw new Failure('service_key_secret_not_found', 'There is no such secret.');
  }
}

function mustBeKnown(keyId: string): void {
  if (keyId !== '0123456789abcdef')
    throw new Failure('service_key_not_found', 'There is no such service key.');
}

function view({ name, scopes, tenants, expiresAt }: ServiceKeyRequest): ServiceKeyView {
  return {
    keyId: '0123456789abcdef',
    name,
    scopes: scopes as Scope[],
    tenants,
    createdAt: new Date('2026-11-23T11:00:00Z'),
    expiresAt,
    revokedAt: null,
    lastUsedAt: new Date('2026-11-23T11:30:00Z'),
    secrets: [{ number: 1, createdAt: new Date('2026-11-23T11:00:00Z') }],
  };
}
