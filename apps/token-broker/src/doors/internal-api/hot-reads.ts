import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Authenticator, HandOuts, type Caller } from '#access';
import { LogOptions, requestIdFrom } from '#observability';
import { DeskeraTokens, type HotToken, type TokenRequest } from '#tokens';
import { KeyLimit } from '../rate-limit/index.js';
import {
  hasRepeatedFields,
  HttpOptions,
  putInFront,
  securityHeaders,
  type WriteAnswer,
} from '../http/index.js';
import { entityTagOf, hasCurrent } from '../http/entity-tags.js';
import { jsonType } from '../shapes/items-text.js';
import { bodyOnce, PreparedAnswers, type AnswerBody } from './prepared-answers.js';
import { timesOf } from './times-of.js';
import { readTokenUrl } from './token-url.js';

/** A request that may have a token, and the fields of its key's limit, of which it has taken one. */
interface Read {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly caller: Caller;
  readonly limits: Readonly<Record<string, string>>;
}

/**
 * The short cut of the one request that comes all the time: a plain GET of a token that is hot, or good as it is stored,
 * by a key that is remembered and covers it. It makes the checks of the ordinary route and gives its very answer, and
 * writes only good ones: whatever it is not sure of goes the ordinary way, which alone knows how to refuse, wait and ask.
 */
@Injectable()
export class HotReads implements OnModuleInit {
  readonly #answers = new PreparedAnswers();
  readonly #standing: readonly string[];

  constructor(
    private readonly authenticator: Authenticator,
    private readonly keyLimit: KeyLimit,
    private readonly tokens: DeskeraTokens,
    private readonly handOuts: HandOuts,
    private readonly host: HttpAdapterHost,
    @Inject(HttpOptions) options: HttpOptions,
    @Inject(LogOptions) private readonly logs: LogOptions,
  ) {
    this.#standing = securityHeaders(options);
  }

  onModuleInit(): void {
    // At these levels each request has its line, a good read too: the ordinary way writes it.
    if (this.logs.level === 'debug' || this.logs.level === 'trace') return;
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    putInFront(fastify, (request, response) => this.#answer(request, response));
  }

  #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): WriteAnswer | null | Promise<WriteAnswer | null> {
    if (!isPlainGet(request)) return null;
    const asked = readTokenUrl(request.url ?? '');
    if (asked === null) return null;
    const caller = this.authenticator.remembered(request.headers.authorization);
    if (caller === null || !mayRead(caller, asked)) return null;
    const limits = this.keyLimit.take(caller);
    if (limits === null) return null;
    const read = { request, response, caller, limits };
    const token = this.tokens.hot(asked);
    if (token === null) return this.#answerCold(read, asked);
    return this.#handOut(token, () => this.#answers.bodyFor(token), read);
  }

  /** Where there is none after all, the request counts by the ordinary way. */
  async #answerCold(read: Read, asked: TokenRequest): Promise<WriteAnswer | null> {
    let token: HotToken | null = null;
    try {
      token = await this.tokens.cold(asked);
    } finally {
      if (token === null) this.keyLimit.giveBack(read.caller);
    }
    if (token === null) return null;
    const found = token;
    return this.#handOut(found, () => bodyOnce(found), read);
  }

  #handOut(token: HotToken, body: () => AnswerBody, read: Read): WriteAnswer {
    const { request, response, caller, limits } = read;
    const headers = this.#headersFor(token, request, limits);
    if (hasCurrent(request.headers['if-none-match'], token.fingerprint)) {
      addTo(headers, timesOf(token.whole()));
      return () => response.writeHead(304, headers).end();
    }
    this.handOuts.count(caller, token.connectionId, token.fingerprint);
    return wholeAnswer(body(), headers, response);
  }

  #headersFor(
    { fingerprint }: HotToken,
    { headers }: IncomingMessage,
    limits: Readonly<Record<string, string>>,
  ): string[] {
    const fields = [...this.#standing];
    addTo(fields, limits);
    fields.push('x-request-id', requestIdFrom(headers['x-request-id']), 'etag', entityTagOf(fingerprint));
    return fields;
  }
}

function wholeAnswer({ text, length }: AnswerBody, headers: string[], response: ServerResponse): WriteAnswer {
  headers.push('content-type', jsonType, 'content-length', String(length));
  // As many bytes as characters: ASCII, which is written as it is, while UTF-8 would have to be looked for in it.
  const encoding = length === text.length ? 'latin1' : 'utf8';
  return () => response.writeHead(200, headers).end(text, encoding);
}

function addTo(headers: string[], fields: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(fields)) headers.push(name, value);
}

/** Nothing that the framework would refuse, or read a body of. */
function isPlainGet(request: IncomingMessage): boolean {
  const { method, httpVersion, headers } = request;
  return (
    method === 'GET' &&
    httpVersion === '1.1' &&
    headers.host !== undefined &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    !hasRepeatedFields(request)
  );
}

function mayRead(caller: Caller, { tenantId }: TokenRequest): boolean {
  return caller.hasScope('tokens:read') && caller.canAccessTenant(tenantId);
}
