import type { IncomingMessage, Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyHttpOptions, FastifyReply, FastifyRequest } from 'fastify';
import { requestIdFrom } from '#observability';
import { failureOf } from './failure-of.js';
import type { HttpOptions } from './options.js';
import { problemHeaders, problemOf } from './problem.js';
import { refuseMalformed } from './raw-refusals.js';
import { serverTimes } from './server-times.js';
import { BlockList, isIP } from 'node:net';
import { withoutPort } from '../rate-limit/index.js';

const largestBody = 64 * 1_024;
/** Room for a percent-encoded tenant id; a longer part of a path is answered with 414. */
const longestPathPart = 512;

/** Fastify as the broker runs it: bounded in every direction, and with problem documents also where Nest never gets. */
export function createFastifyAdapter(options: HttpOptions): FastifyAdapter {
  return new FastifyAdapter(fastifyOptions(options));
}

function fastifyOptions(options: HttpOptions): FastifyHttpOptions<Server> {
  const { headersTimeout, ...times } = serverTimes(options);
  return {
    ...times,
    bodyLimit: largestBody,
    routerOptions: { maxParamLength: longestPathPart },
    trustProxy: options.trustedProxies.length === 0 ? false : trustedProxies(options.trustedProxies),
    genReqId: (request: IncomingMessage) => requestIdFrom(request.headers['x-request-id']),
    // Requests that come in during the drain are still answered; Fastify closes their connection afterwards.
    return503OnClosing: false,
    // Node's own refusal of a request without a Host has no body: `refuseWithoutHost` says it in words.
    http: { headersTimeout, connectionsCheckingInterval: 1_000, requireHostHeader: false },
    // Also for the further servers that Fastify opens where a name such as localhost has several addresses.
    clientErrorHandler: (error, socket) => {
      refuseMalformed(error, socket, options.publicUrl);
    },
    frameworkErrors: (error, request, reply) => {
      answerFrameworkError(error, request, reply, options.publicUrl);
    },
  };
}

/** What the router refuses, such as a bad escape, comes before any hook: the answer is complete here. */
function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string,
): void {
  const failure = failureOf(error);
  void reply
    .status(failure.status)
    .headers({
      ...problemHeaders(failure),
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .send(JSON.stringify(problemOf(failure, publicUrl)));
}

/**
 * Whether an address is one of the trusted proxies. A proxy may name addresses with their port; what is no address is never
 * trusted.
 */
function trustedProxies(networks: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = familyOf(address);
    if (family === null) continue;
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  return (named) => {
    const address = withoutPort(named);
    const family = familyOf(address);
    return family !== null && trusted.check(address, family);
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const family = isIP(address);
  if (family === 0) return null;
  return family === 4 ? 'ipv4' : 'ipv6';
}
