import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { HandOuts, type Caller } from '#access';
import type { TenantId } from '#kernel';
import { TokenRejections, type RejectionOutcome } from '#tokens';
import { CallerOf, RequireScope, TenantIdParam } from '../http/index.js';
import { deskeraTokenAnswer, type DeskeraTokenAnswer } from './deskera-token-answer.js';
import { RejectionBody } from './rejection-body.js';

export interface RejectionAnswerBody extends DeskeraTokenAnswer {
  readonly outcome: RejectionOutcome;
}

@Controller('v1/tenants/:tenantId/deskera-token/rejections')
export class RejectionsController {
  constructor(
    private readonly rejections: TokenRejections,
    private readonly handOuts: HandOuts,
  ) {}

  @Post()
  @RequireScope('tokens:read')
  @HttpCode(HttpStatus.OK)
  async report(
    @CallerOf() caller: Caller,
    @TenantIdParam() tenantId: TenantId,
    @Body() body: RejectionBody,
  ): Promise<RejectionAnswerBody> {
    const { fingerprint, org } = body;
    const { token, outcome } = await this.rejections.report({ tenantId, orgId: org ?? null, fingerprint });
    this.handOuts.count(caller, token.connectionId, token.fingerprint);
    return { ...deskeraTokenAnswer(token), outcome };
  }
}
