import { Body, Controller, Delete, Get, Header, HttpCode, HttpStatus, Put } from '@nestjs/common';
import type { Caller } from '#access';
import type { TenantId } from '#kernel';
import { Connections } from '#tokens';
import { ConnectionIdParam, CallerOf, RequireScope, TenantIdParam } from '../http/index.js';
import { connectionAnswer } from '../shapes/connection.js';
import { itemsText, jsonType } from '../shapes/items-text.js';
import { DefaultOrgBody } from './default-org-body.js';

@Controller('v1/tenants/:tenantId')
export class ConnectionsController {
  constructor(private readonly connections: Connections) {}

  @Get('connections')
  @RequireScope('connections:read')
  @Header('content-type', jsonType)
  async list(@TenantIdParam() tenantId: TenantId): Promise<string> {
    return itemsText(await this.connections.ofTenant(tenantId), connectionAnswer);
  }

  @Put('default-org')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequireScope('connections:write')
  async setDefaultOrg(
    @CallerOf() caller: Caller,
    @TenantIdParam() tenantId: TenantId,
    @Body() body: DefaultOrgBody,
  ): Promise<void> {
    await this.connections.setDefaultOrg(tenantId, body.org, caller.actor);
  }

  @Delete('connections/:connectionId')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequireScope('connections:write')
  async disconnect(
    @CallerOf() caller: Caller,
    @TenantIdParam() tenantId: TenantId,
    @ConnectionIdParam() connectionId: string,
  ): Promise<void> {
    await this.connections.disconnect(connectionId, tenantId, caller.actor);
  }
}
