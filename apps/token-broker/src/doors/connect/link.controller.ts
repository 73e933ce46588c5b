import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { Secret } from '#kernel';
import { ConnectLinks } from '#oauth';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PageTurns } from '../rate-limit/index.js';
import { sendOn, sendPage } from '../pages/index.js';
import { BrowserCookie } from './browser-cookie.js';
import { labelPage } from './connect-pages.js';
import { FailurePageFilter } from './failure-page.filter.js';
import { pageParameter } from './page-parameter.js';
import { isSpeculative, refuseSpeculation } from './speculative-requests.js';

/** `/connect/{id}`: the link that a person opens to go to Deskera. */
@Controller('connect')
@UseFilters(FailurePageFilter)
export class LinkController {
  constructor(
    private readonly links: ConnectLinks,
    private readonly cookie: BrowserCookie,
    private readonly turns: PageTurns,
  ) {}

  @Get(':linkId')
  async open(
    @Param('linkId') linkId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (request.method === 'HEAD') return this.#peek(linkId, request, reply);
    if (isSpeculative(request.headers)) return refuseSpeculation(reply);
    const labelProof = pageParameter(request, 'continue');
    const opened = await this.turns.take(request, () =>
      this.links.open({
        linkId: Secret.of(linkId),
        browserIds: this.cookie.read(request.headers.cookie),
        labelProof,
      }),
    );
    void reply.header('set-cookie', this.cookie.write(opened.browserId, request.headers.cookie));
    if (opened.kind === 'label') return sendPage(reply, 200, labelPage(opened.label, opened.labelProof));
    return sendOn(reply, opened.redirectTo.reveal());
  }

  /** Says whether the link would open, and spends nothing. */
  async #peek(linkId: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.turns.take(request, () => this.links.peek(Secret.of(linkId)));
    await reply.code(200).header('cache-control', 'no-store').send();
  }
}
