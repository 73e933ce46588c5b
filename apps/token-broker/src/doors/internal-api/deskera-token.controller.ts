import { Controller, Get, Headers, HttpStatus, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HandOuts, type Caller } from '#access';
import type { TenantId } from '#kernel';
import { DeskeraTokens } from '#tokens';
import { CallerOf, RequireScope, TenantIdParam } from '../http/index.js';
import { entityTagOf, hasCurrent } from '../http/entity-tags.js';
import { deskeraTokenAnswer, type DeskeraTokenAnswer } from './deskera-token-answer.js';
import { DeskeraTokenQuery } from './deskera-token-query.js';
import { timesOf } from './times-of.js';

@Controller('v1/tenants/:tenantId/deskera-token')
export class DeskeraTokenController {
  constructor(
    private readonly tokens: DeskeraTokens,
    private readonly handOuts: HandOuts,
  ) {}

  @Get()
  @RequireScope('tokens:read')
  async get(
    @CallerOf() caller: Caller,
    @TenantIdParam() tenantId: TenantId,
    @Query() query: DeskeraTokenQuery,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeskeraTokenAnswer | undefined> {
    const token = await this.tokens.get({
      tenantId,
      orgId: query.org ?? null,
      minTtlSeconds: query.minTtlSeconds,
      maxVerifiedAgeSeconds: query.maxVerifiedAgeSeconds ?? null,
    });
    void reply.header('etag', entityTagOf(token.fingerprint));
    // A degraded answer has to be seen: it is always told in full.
    if (token.degraded === null && hasCurrent(ifNoneMatch, token.fingerprint)) {
      void reply.status(HttpStatus.NOT_MODIFIED).headers(timesOf(token));
      return undefined;
    }
    // HEAD is answered without the body.
    if (reply.request.method === 'GET') this.handOuts.count(caller, token.connectionId, token.fingerprint);
    return deskeraTokenAnswer(token);
  }
}
