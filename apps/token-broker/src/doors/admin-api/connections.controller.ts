import { Controller, Delete, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { AdminTrail, type Caller } from '#access';
import { Connections } from '#tokens';
import { CallerOf, ConnectionIdParam, RequireScope } from '../http/index.js';
import { adminConnectionAnswer, type AdminConnectionAnswer } from '../shapes/connection.js';
import { eventAnswer, type EventAnswer } from './event-answer.js';
import { ConnectionsQuery, connectionQuery } from './connections-query.js';
import { CursorQuery } from './page-query.js';

export interface PageAnswer<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

@Controller('admin/api/connections')
@RequireScope('admin')
export class AdminConnectionsController {
  constructor(
    private readonly connections: Connections,
    private readonly trail: AdminTrail,
  ) {}

  @Get()
  async list(@Query() query: ConnectionsQuery): Promise<PageAnswer<AdminConnectionAnswer>> {
    const { items, nextCursor } = await this.connections.list(connectionQuery(query));
    return { items: items.map(adminConnectionAnswer), nextCursor };
  }

  @Get(':connectionId')
  async find(@ConnectionIdParam() connectionId: string): Promise<AdminConnectionAnswer> {
    return adminConnectionAnswer(await this.connections.find(connectionId));
  }

  @Get(':connectionId/events')
  async events(
    @ConnectionIdParam() connectionId: string,
    @Query() { cursor }: CursorQuery,
  ): Promise<PageAnswer<EventAnswer>> {
    const { items, nextCursor } = await this.connections.events(connectionId, cursor ?? null);
    return { items: items.map(eventAnswer), nextCursor };
  }

  @Post(':connectionId/check')
  @HttpCode(HttpStatus.OK)
  async check(
    @CallerOf() admin: Caller,
    @ConnectionIdParam() connectionId: string,
  ): Promise<AdminConnectionAnswer> {
    await this.trail.record(admin, 'connection_check', connectionId);
    return adminConnectionAnswer(await this.connections.checkNow(connectionId));
  }

  @Post(':connectionId/refresh')
  @HttpCode(HttpStatus.OK)
  async refresh(
    @CallerOf() admin: Caller,
    @ConnectionIdParam() connectionId: string,
  ): Promise<AdminConnectionAnswer> {
    await this.trail.record(admin, 'connection_refresh', connectionId);
    return adminConnectionAnswer(await this.connections.refreshNow(connectionId));
  }

  @Delete(':connectionId')
  @HttpCode(HttpStatus.NO_CONTENT)
  async disconnect(@CallerOf() admin: Caller, @ConnectionIdParam() connectionId: string): Promise<void> {
    await this.trail.record(admin, 'connection_disconnect', connectionId);
    await this.connections.disconnect(connectionId, null, admin.actor);
  }
}
