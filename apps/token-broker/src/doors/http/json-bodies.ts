import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Failure } from '#kernel';
import { isBodyIgnored } from './authorization-responses.js';
import { isNestedDeeper } from './nesting.js';

/** No body of ours has more than three; what validates them is recursive, and its stack must not be for callers to fill. */
const deepest = 16;

/**
 * Reads JSON as Fastify does, but an empty body as none: HTTP clients name the type also where they send nothing, as in a
 * DELETE, a POST that only says "now", or a callback with its values in the query. One that is nested too deeply is refused.
 */
export function readJsonBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const readJson = fastify.getDefaultJsonParser('error', 'error');
  app.useBodyParser<Server>('application/json', {}, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else
      void readJson(request, body.toString(), (error, value) => {
        if (error === null && !isNestedDeeper(value, deepest)) done(null, value);
        else if (isBodyIgnored(request)) done(null, undefined);
        else done(error ?? tooDeep());
      });
  });
}

function tooDeep(): Failure {
  return new Failure('invalid_request', 'The body is nested too deeply.');
}
