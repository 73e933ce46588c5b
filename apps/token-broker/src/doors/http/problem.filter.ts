import { Catch, Inject, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { failureOf } from './failure-of.js';
import { logFailure } from './failure-log.js';
import { HttpOptions } from './options.js';
import { problemHeaders, problemOf } from './problem.js';

/** The one translator of errors to HTTP, for everything that Nest catches. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('Http');

  constructor(@Inject(HttpOptions) private readonly options: HttpOptions) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const failure = failureOf(error);
    logFailure(this.#logger, failure, reply.request.id);
    if (reply.sent || reply.raw.headersSent) return;
    void reply
      .status(failure.status)
      .headers(problemHeaders(failure))
      // Serialised here: Fastify's guesses by content type do not apply to a problem.
      .send(JSON.stringify(problemOf(failure, this.options.publicUrl)));
  }
}
