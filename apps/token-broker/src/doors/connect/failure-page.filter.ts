import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { Failure } from '#kernel';
import type { FastifyReply } from 'fastify';
import { logFailure } from '../http/failure-log.js';
import { sendFailurePage } from './failure-page.js';

/** A person navigated: a failure is a page. What nobody expected stays with the one translator of all doors. */
@Catch(Failure)
export class FailurePageFilter implements ExceptionFilter<Failure> {
  readonly #logger = new Logger('Connect');

  async catch(failure: Failure, host: ArgumentsHost): Promise<void> {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    logFailure(this.#logger, failure, reply.request.id);
    await sendFailurePage(reply, failure);
  }
}
