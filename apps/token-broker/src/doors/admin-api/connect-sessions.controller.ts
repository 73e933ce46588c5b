import { Body, Controller, Post } from '@nestjs/common';
import { AdminTrail, type Caller } from '#access';
import { parseTenantId } from '#kernel';
import { ConnectSessions } from '#oauth';
import { IsString } from 'class-validator';
import { CallerOf, RequireScope } from '../http/index.js';
import {
  ConnectSessionBody,
  startConnect,
  startedConnectAnswer,
  type StartedConnectAnswer,
} from '../shapes/connect-session.js';

export class AdminConnectSessionBody extends ConnectSessionBody {
  @IsString({ message: 'must be a text' })
  readonly tenantId!: string;
}

@Controller('admin/api/connect-sessions')
@RequireScope('admin')
export class AdminConnectSessionsController {
  constructor(
    private readonly sessions: ConnectSessions,
    private readonly trail: AdminTrail,
  ) {}

  @Post()
  async start(
    @CallerOf() admin: Caller,
    @Body() body: AdminConnectSessionBody,
  ): Promise<StartedConnectAnswer> {
    const tenantId = parseTenantId(body.tenantId);
    await this.trail.record(admin, 'connect_session_start', tenantId);
    return startedConnectAnswer(await this.sessions.start(startConnect(tenantId, body, admin.actor)));
  }
}
