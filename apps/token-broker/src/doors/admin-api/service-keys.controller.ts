import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ServiceKeys, type Caller, type ServiceKeyView } from '#access';
import { CallerOf, KeyIdParam, Needs } from '../http/index.js';
import { timeOrNull } from '../shapes/connection.js';
import { ServiceKeyBody, serviceKeyRequest } from './service-key-body.js';

interface ServiceKeyAnswer {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenants: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** Creating and revoking keep on record themselves who did it. */
@Controller('admin/api/service-keys')
@Needs('admin')
export class ServiceKeysController {
  constructor(private readonly keys: ServiceKeys) {}

  @Get()
  async list(): Promise<{ items: ServiceKeyAnswer[] }> {
    return { items: (await this.keys.list()).map(serviceKeyAnswer) };
  }

  /** The only answer that shows the key. */
  @Post()
  async create(
    @CallerOf() admin: Caller,
    @Body() body: ServiceKeyBody,
  ): Promise<ServiceKeyAnswer & { key: string }> {
    const created = await this.keys.create(serviceKeyRequest(body), admin);
    return { ...serviceKeyAnswer(created), key: created.key.reveal() };
  }

  @Delete(':keyId')
  @HttpCode(HttpStatus.NO_CONTENT)
  async revoke(@CallerOf() admin: Caller, @KeyIdParam() keyId: string): Promise<void> {
    await this.keys.revoke(keyId, admin);
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
  };
}
