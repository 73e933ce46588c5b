import {
  AdminTrail,
  ServiceKeys,
  type Caller,
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

  override async revoke(keyId: string, revoker: Caller): Promise<void> {
    await this.trail.record(revoker, 'service_key_revoke', keyId);
    if (keyId !== '0123456789abcdef')
      throw new Failure('service_key_not_found', 'There is no such service key.');
  }
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
  };
}
