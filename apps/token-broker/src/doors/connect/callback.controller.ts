import { Controller, Get, Logger, Options, Post, Req, Res } from '@nestjs/common';
import { Failure } from '#kernel';
import { Callbacks, OauthOptions, type CallbackResult } from '#oauth';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CountedCallbacks } from '../rate-limit/index.js';
import { logFailure } from '../http/failure-log.js';
import { sendOn } from '../pages/index.js';
import { corsHeaders, preflightHeaders } from './auth-page-cors.js';
import { BrowserCookie } from './browser-cookie.js';
import { callbackAnswer } from './callback-answer.js';
import { callbackValues } from './callback-values.js';
import { sendFailurePage } from './failure-page.js';

/** `/oauth/callback`: V1's call from Deskera, V2's navigation of the person. */
@Controller('oauth/callback')
export class CallbackController {
  readonly #logger = new Logger('Connect');

  constructor(
    private readonly callbacks: Callbacks,
    private readonly cookie: BrowserCookie,
    private readonly options: OauthOptions,
    private readonly counted: CountedCallbacks,
  ) {}

  @Get()
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.method === 'HEAD') throw headRefused(reply);
    await this.#answer(request, reply);
  }

  @Post()
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#answer(request, reply);
  }

  @Options()
  async preflight(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const headers = preflightHeaders(request.headers.origin, this.options.authPageOrigins);
    await reply.code(204).headers(headers).send();
  }

  async #answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    void reply.headers(corsHeaders(request.headers.origin, this.options.authPageOrigins));
    void reply.header('cache-control', 'no-store');
    const answer = callbackAnswer(await this.#handle(request), request.headers.accept);
    switch (answer.kind) {
      case 'connected':
        await reply.code(200).send({ status: 'connected' });
        return;
      case 'send_on':
        this.#log(answer.failure, request);
        return sendOn(reply, answer.to);
      case 'page':
        this.#log(answer.failure, request);
        return sendFailurePage(reply, answer.failure);
      case 'problem':
        throw answer.failure;
    }
  }

  /** Beyond the limit of its address a callback of no use is told so, as one of no session. */
  async #handle(request: FastifyRequest): Promise<CallbackResult> {
    const attempt = this.counted.begin(request);
    const callback = {
      ...callbackValues(request.query, request.body),
      browserIds: this.cookie.read(request.headers.cookie),
    };
    const result = await this.callbacks.handle(callback, attempt);
    const failure = attempt.refusal();
    return failure === null ? result : { kind: 'failed', failure, session: null };
  }

  #log(failure: Failure | null, { id }: FastifyRequest): void {
    if (failure !== null) logFailure(this.#logger, failure, id);
  }
}

/** A callback changes something: it is never just looked at. */
function headRefused(reply: FastifyReply): Failure {
  void reply.header('allow', 'GET, POST, OPTIONS');
  return new Failure('method_not_allowed', 'A callback is a GET or a POST.');
}
