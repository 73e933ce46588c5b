import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { INestApplication } from '@nestjs/common';
import { Authenticator, shownKeyId, type Caller } from '#access';
import { rememberSender } from '#observability';
import { FailedAuthentications } from '../rate-limit/index.js';
import { standardFailure } from './failure-of.js';
import { hasBody } from './requests-under-way.js';

/** Where every route needs a key. */
const needsKey = /^\/(?:v1|admin)\//;

const authentications = new WeakMap<FastifyRequest, Promise<Caller>>();

/**
 * The caller by the key that the request shows. Asked again for the same request, it is the same answer: a bad key counts once.
 *
 * @throws Failure `unauthorized`, `rate_limited`, `broker_unavailable`
 */
export function authenticateOnce(
  request: FastifyRequest,
  authenticator: Authenticator,
  failed: FailedAuthentications,
): Promise<Caller> {
  const known = authentications.get(request);
  if (known !== undefined) return known;
  const authentication = authenticate(request, authenticator, failed);
  authentications.set(request, authentication);
  return authentication;
}

async function authenticate(
  request: FastifyRequest,
  authenticator: Authenticator,
  failed: FailedAuthentications,
): Promise<Caller> {
  const { authorization } = request.headers;
  const keyId = shownKeyId(authorization);
  rememberSender(request, { keyId, isAdmitted: false });
  const caller = await failed.counting(request, (attempt) =>
    authenticator.authenticate(authorization, attempt),
  );
  rememberSender(request, { keyId, isAdmitted: true });
  return caller;
}

/** Reads no body for a caller without a good key, and none that no route takes: either could come slowly, and hold its room. */
export function refuseBodiesOfStrangers(fastify: FastifyInstance, app: INestApplication): void {
  fastify.addHook('onRequest', async (request) => {
    if (!hasBody(request)) return;
    if (request.is404) throw standardFailure('not_found');
    if (!needsKey.test(request.routeOptions.url ?? '')) return;
    await authenticateOnce(
      request,
      app.get(Authenticator, { strict: false }),
      app.get(FailedAuthentications, { strict: false }),
    );
  });
}
