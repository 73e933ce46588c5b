import { Injectable } from '@nestjs/common';
import { Failure } from '#kernel';
import { DatabaseTime } from '#database';
import { ServiceKeyStore, type ServiceKeyRecord } from './service-key-store.js';
import { AdminTrail } from '../admin-trail.js';
import type { Caller } from '../caller.js';
import { isScope } from '../scopes.js';
import {
  ServiceKeys,
  type CreatedSecret,
  type CreatedServiceKey,
  type ServiceKeyRequest,
  type ServiceKeyView,
} from '../service-keys.js';
import { newKey, newSecretOf } from './key-text.js';
import { checkServiceKeyRequest } from './service-key-rules.js';

@Injectable()
export class StoredServiceKeys extends ServiceKeys {
  constructor(
    private readonly store: ServiceKeyStore,
    private readonly trail: AdminTrail,
    private readonly time: DatabaseTime,
  ) {
    super();
  }

  override async create(request: ServiceKeyRequest, creator: Caller): Promise<CreatedServiceKey> {
    checkServiceKeyRequest(request, this.time.now());
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

  override async find(keyId: string): Promise<ServiceKeyView> {
    const record = await this.store.find(keyId);
    if (record === null) throw keyNotFound();
    return toView(record);
  }

  override async revoke(keyId: string, revoker: Caller): Promise<void> {
    await this.trail.record(revoker, 'service_key_revoke', keyId);
    if (!(await this.store.revoke(keyId))) throw keyNotFound();
  }

  override async addSecret(keyId: string, admin: Caller): Promise<CreatedSecret> {
    const { secret, key } = newSecretOf(keyId);
    await this.trail.record(admin, 'service_key_secret_create', keyId);
    const added = await this.store.addSecret(keyId, secret.sha256());
    switch (added.kind) {
      case 'added':
        return { keyId, number: added.number, key };
      case 'full':
        throw new Failure(
          'service_key_secrets_full',
          'The service key has two live secrets: remove one first.',
        );
      case 'key_not_found':
        throw keyNotFound();
    }
  }

  override async removeSecret(keyId: string, number: number, admin: Caller): Promise<void> {
    await this.trail.record(admin, 'service_key_secret_remove', `${keyId}/${String(number)}`);
    switch (await this.store.removeSecret(keyId, number)) {
      case 'removed':
        return;
      case 'last':
        throw new Failure(
          'service_key_last_secret',
          'It is the last live secret: revoke the service key instead.',
        );
      case 'not_found':
        throw new Failure('service_key_secret_not_found', 'The service key has no such live secret.');
      case 'key_not_found':
        throw keyNotFound();
    }
  }
}

function keyNotFound(): Failure {
  return new Failure('service_key_not_found', 'There is no such service key, or it was revoked before.');
}

function toView({ scopes, ...record }: ServiceKeyRecord): ServiceKeyView {
  return { ...record, scopes: scopes.filter(isScope) };
}
