import { Injectable } from '@nestjs/common';
import { Clock, Failure } from '#kernel';
import { ServiceKeyStore, type ServiceKeyRecord } from '#store';
import { AdminTrail } from '../admin-trail.js';
import type { Caller } from '../caller.js';
import { isScope } from '../scopes.js';
import {
  ServiceKeys,
  type CreatedServiceKey,
  type ServiceKeyRequest,
  type ServiceKeyView,
} from '../service-keys.js';
import { newKey } from './key-text.js';
import { checkServiceKeyRequest } from './service-key-rules.js';

@Injectable()
export class StoredServiceKeys extends ServiceKeys {
  constructor(
    private readonly store: ServiceKeyStore,
    private readonly trail: AdminTrail,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async create(request: ServiceKeyRequest, creator: Caller): Promise<CreatedServiceKey> {
    checkServiceKeyRequest(request, this.clock.now());
    const { keyId, secret, key } = newKey();
    await this.trail.record(creator, 'service_key_create', keyId);
    const record = await this.store.create({
      keyId,
      name: request.name,
      scopes: [...new Set(request.scopes)],
      tenants: [...new Set(request.tenants)],
      expiresAt: request.expiresAt,
      secretSha256: secret.sha256(),
    });
    return { ...toView(record), key };
  }

  override async list(): Promise<readonly ServiceKeyView[]> {
    return (await this.store.list()).map(toView);
  }

  override async revoke(keyId: string, revoker: Caller): Promise<void> {
    await this.trail.record(revoker, 'service_key_revoke', keyId);
    if (!(await this.store.revoke(keyId))) {
      throw new Failure('service_key_not_found', 'There is no such service key, or it was revoked before.');
    }
  }
}

function toView({
  keyId,
  name,
  scopes,
  tenants,
  createdAt,
  expiresAt,
  revokedAt,
}: ServiceKeyRecord): ServiceKeyView {
  return { keyId, name, scopes: scopes.filter(isScope), tenants, createdAt, expiresAt, revokedAt };
}
