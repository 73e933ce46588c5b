import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import type { Caller } from '#access';
import type { TenantId } from '#kernel';
import { ConnectSessions } from '#oauth';
import { CallerOf, RequireScope, TenantIdParam } from '../http/index.js';
import {
  ConnectSessionBody,
  connectStandingAnswer,
  startConnect,
  startedConnectAnswer,
  type ConnectStandingAnswer,
  type StartedConnectAnswer,
} from '../shapes/connect-session.js';

@Controller('v1/tenants/:tenantId/connect-sessions')
@RequireScope('connections:write')
export class ConnectSessionsController {
  constructor(private readonly sessions: ConnectSessions) {}

  @Post()
  async start(
    @CallerOf() caller: Caller,
    @TenantIdParam() tenantId: TenantId,
    @Body() body: ConnectSessionBody,
  ): Promise<StartedConnectAnswer> {
    return startedConnectAnswer(await this.sessions.start(startConnect(tenantId, body, caller.actor)));
  }

  @Get(':sessionId')
  async status(
    @TenantIdParam() tenantId: TenantId,
    @Param('sessionId') sessionId: string,
  ): Promise<ConnectStandingAnswer> {
    return connectStandingAnswer(await this.sessions.status(tenantId, sessionId));
  }

  @Post(':sessionId/confirm')
  @HttpCode(HttpStatus.OK)
  async confirm(
    @CallerOf() caller: Caller,
    @TenantIdParam() tenantId: TenantId,
    @Param('sessionId') sessionId: string,
  ): Promise<ConnectStandingAnswer> {
    return connectStandingAnswer(await this.sessions.confirm(tenantId, sessionId, caller.actor));
  }
}
