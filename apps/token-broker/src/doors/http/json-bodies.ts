import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Reads JSON as Fastify does, but an empty body as none: HTTP clients name the type also where they send nothing, as in a
 * DELETE, a POST that only says "now", or a callback with its values in the query.
 */
export function readJsonBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const readJson = fastify.getDefaultJsonParser('error', 'error');
  app.useBodyParser<Server>('application/json', {}, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void readJson(request, body.toString(), done);
  });
}
