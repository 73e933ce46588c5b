import { Controller, Get, Query } from '@nestjs/common';
import { HandOutHistory, ServiceKeys, type HandOutPage, type HandOutView } from '#access';
import { Connections } from '#tokens';
import { ConnectionIdParam, KeyHolderParam, RequireScope } from '../http/index.js';
import { pageQuery, PageQuery } from './page-query.js';

export interface HandOutAnswer {
  readonly keyId: string | null;
  readonly actor: string;
  readonly connectionId: string;
  readonly tenantId: string;
  readonly hour: string;
  readonly count: number;
  readonly lastFingerprint: string;
  readonly lastAt: string;
}

export interface HandOutPageAnswer {
  readonly items: readonly HandOutAnswer[];
  readonly nextCursor: string | null;
}

/** Who was handed which connection's token. */
@Controller('admin/api')
@RequireScope('admin')
export class HandOutsController {
  constructor(
    private readonly handOuts: HandOutHistory,
    private readonly connections: Connections,
    private readonly keys: ServiceKeys,
  ) {}

  @Get('connections/:connectionId/hand-outs')
  async ofConnection(
    @ConnectionIdParam() connectionId: string,
    @Query() query: PageQuery,
  ): Promise<HandOutPageAnswer> {
    await this.connections.find(connectionId);
    return pageAnswer(await this.handOuts.ofConnection(connectionId, pageQuery(query)));
  }

  @Get('service-keys/:keyId/hand-outs')
  async ofKey(@KeyHolderParam() keyId: string | null, @Query() query: PageQuery): Promise<HandOutPageAnswer> {
    if (keyId !== null) await this.keys.find(keyId);
    return pageAnswer(await this.handOuts.ofKey(keyId, pageQuery(query)));
  }
}

function pageAnswer({ items, nextCursor }: HandOutPage): HandOutPageAnswer {
  return { items: items.map(handOutAnswer), nextCursor };
}

function handOutAnswer(view: HandOutView): HandOutAnswer {
  return {
    keyId: view.keyId,
    actor: view.actor,
    connectionId: view.connectionId,
    tenantId: view.tenantId,
    hour: view.hour.toISOString(),
    count: view.count,
    lastFingerprint: view.lastFingerprint,
    lastAt: view.lastAt.toISOString(),
  };
}
