import { Controller, Get, Req, Res, UseFilters } from '@nestjs/common';
import { Landings } from '#oauth';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PageTurns } from '../rate-limit/index.js';
import { sendOn, sendPage } from '../pages/index.js';
import { BrowserCookie } from './browser-cookie.js';
import { failurePage, landingPage } from './connect-pages.js';
import { FailurePageFilter } from './failure-page.filter.js';
import { pageParameter } from './page-parameter.js';
import { isSpeculative, refuseSpeculation } from './speculative-requests.js';

/** The pages a person lands on where the service named none of its own, or where the landing activates. */
@Controller()
@UseFilters(FailurePageFilter)
export class LandingController {
  constructor(
    private readonly landings: Landings,
    private readonly cookie: BrowserCookie,
    private readonly turns: PageTurns,
  ) {}

  @Get('connected')
  async connected(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (isSpeculative(request.headers)) return refuseSpeculation(reply);
    const sessionId = pageParameter(request, 'session');
    const isLook = request.method === 'HEAD' || sessionId === null;
    const landing = isLook
      ? null
      : await this.turns.take(request, () =>
          this.landings.arrive(sessionId, this.cookie.read(request.headers.cookie)),
        );
    const redirectTo = landing?.redirectTo ?? null;
    return redirectTo === null ? sendPage(reply, 200, landingPage(landing)) : sendOn(reply, redirectTo);
  }

  @Get('not-connected')
  async notConnected(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await sendPage(reply, 200, failurePage(pageParameter(request, 'code')));
  }
}
