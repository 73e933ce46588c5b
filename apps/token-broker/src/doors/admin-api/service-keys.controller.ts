import { Body, Controller, Delete, Get, Header, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ServiceKeys, type Caller, type ServiceKeyView } from '#access';
import { CallerOf, KeyIdParam, RequireScope, SecretNumberParam } from '../http/index.js';
import { timeOrNull } from '../shapes/connection.js';
import { itemsText, jsonType } from '../shapes/items-text.js';
import { ServiceKeyBody, serviceKeyRequest } from './service-key-body.js';

export interface ServiceKeyAnswer {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenants: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
  readonly secrets: readonly { readonly number: number; readonly createdAt: string }[];
}

export interface CreatedSecretAnswer {
  readonly keyId: string;
  readonly number: number;
  readonly key: string;
}

/** What changes a key keeps on record itself who did it. */
@Controller('admin/api/service-keys')
@RequireScope('admin')
export class ServiceKeysController {
  constructor(private readonly keys: ServiceKeys) {}

  @Get()
  @Header('content-type', jsonType)
  async list(): Promise<string> {
    return itemsText(await this.keys.list(), serviceKeyAnswer);
  }

  /** The only answer that shows the key, with its first secret. */
  @Post()
  async create(
    @CallerOf() admin: Caller,
    @Body() body: ServiceKeyBody,
  ): Promise<ServiceKeyAnswer & { key: string }> {
    const created = await this.keys.create(serviceKeyRequest(body), admin);
    return { ...serviceKeyAnswer(created), key: created.key.reveal() };
  }

  @Get(':keyId')
  async find(@KeyIdParam() keyId: string): Promise<ServiceKeyAnswer> {
    return serviceKeyAnswer(await this.keys.find(keyId));
  }

  @Delete(':keyId')
  @HttpCode(HttpStatus.NO_CONTENT)
  async revoke(@CallerOf() admin: Caller, @KeyIdParam() keyId: string): Promise<void> {
    await this.keys.revoke(keyId, admin);
  }

  /** The only answer that shows the key with this secret. */
  @Post(':keyId/secrets')
  async addSecret(@CallerOf() admin: Caller, @KeyIdParam() keyId: string): Promise<CreatedSecretAnswer> {
    const { number, key } = await this.keys.addSecret(keyId, admin);
    return { keyId, number, key: key.reveal() };
  }

  @Delete(':keyId/secrets/:number')
  @HttpCode(HttpStatus.NO_CONTENT)
  async removeSecret(
    @CallerOf() admin: Caller,
    @KeyIdParam() keyId: string,
    @SecretNumberParam() number: string,
  ): Promise<void> {
    await this.keys.removeSecret(keyId, Number(number), admin);
  }
}

function serviceKeyAnswer(view: ServiceKeyView): ServiceKeyAnswer {
  return {
    keyId: view.keyId,
    name: view.name,
    scopes: view.scopes,
    tenants: view.tenants,
    createdAt: view.createdAt.toISOString(),
    expiresAt: timeOrNull(view.expiresAt),
    revokedAt: timeOrNull(view.revokedAt),
    lastUsedAt: timeOrNull(view.lastUsedAt),
    secrets: view.secrets.map(({ number, createdAt }) => ({ number, createdAt: createdAt.toISOString() })),
  };
}
