import type { Readable } from 'node:stream';
import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import type { AxiosRequestConfig } from 'axios';
import { Clock, Secret } from '#kernel';
import { lastValueFrom } from 'rxjs';
import { readAnswerBody } from './answer-body.js';
import { startDeadline } from './deadline.js';
import { DeskeraTransport } from './deskera-transport.js';
import { SendProgress } from './send-progress.js';
import type { NoAnswer, WireAnswer, WireRequest, WireResult, WireHead } from './wire.js';
import type { IncomingHttpHeaders } from 'node:http';
import { httpDate, retryAfterSeconds } from './retry-after.js';

/** For the body of an answer whose status says all. */
const statusPatienceMilliseconds = 1_000;

export interface Sending {
  readonly deadlineMilliseconds: number;
  /** Asked in the tick in which the request is written. */
  readonly mayStillSend: () => boolean;
}

/**
 * What no request may do otherwise: no redirect, no proxy from the environment, no judging by status, nothing parsed.
 * axios gets no timeout: its own loses answers that arrived during a pause of the process.
 */
export const httpDefaults: AxiosRequestConfig = {
  proxy: false,
  maxRedirects: 0,
  validateStatus: () => true,
  transformRequest: (data: unknown) => data,
  transformResponse: (data: unknown) => data,
  // `readAnswerBody` unpacks: it keeps what came of a damaged body, and bounds the size.
  decompress: false,
};

/** Sends one request and reads its answer. */
@Injectable()
export class Sender {
  constructor(
    private readonly http: HttpService,
    private readonly outlet: DeskeraTransport,
    private readonly clock: Clock,
  ) {}

  /**
   * Never rejects. An answer that arrived whole is read, however late. Only a repeatable request is sent again, once, where a
   * kept socket turns out to be closed.
   */
  async send(request: WireRequest, sending: Sending): Promise<WireResult> {
    const from = this.clock.monotonicMilliseconds();
    const passage = new SendProgress(sending.mayStillSend);
    const result = await this.#sendOnce(request, sending.deadlineMilliseconds, passage);
    if (!request.repeatable || !passage.onKeptSocket || !isReset(result)) return result;
    const left = sending.deadlineMilliseconds - (this.clock.monotonicMilliseconds() - from);
    return this.#sendOnce({ ...request, repeatable: false }, left, new SendProgress(sending.mayStillSend));
  }

  async #sendOnce(request: WireRequest, milliseconds: number, passage: SendProgress): Promise<WireResult> {
    const over = new AbortController();
    const cancelDeadline = startDeadline(
      this.clock,
      milliseconds,
      () => passage.bytesRead(),
      () => {
        over.abort();
      },
    );
    try {
      return await this.#exchange(request, passage, over.signal);
    } catch (error) {
      // An AxiosError holds the request with its headers and body: it ends here.
      return noAnswer(codeOf(error), passage, over.signal.aborted);
    } finally {
      cancelDeadline();
    }
  }

  async #exchange(request: WireRequest, passage: SendProgress, signal: AbortSignal): Promise<WireAnswer> {
    const answer = await lastValueFrom(
      this.http.request<Readable>({
        method: request.method,
        url: request.url.reveal(),
        // Asked for uncompressed: no decompressor's queue between an answer that arrived and its reader.
        headers: { 'accept-encoding': 'identity', ...revealed(request.headers) },
        data: request.body === null ? undefined : Buffer.from(request.body.reveal(), 'utf8'),
        // Said here and not among the defaults: `HttpService` would cancel what it does not see to be a stream.
        responseType: 'stream',
        transport: this.outlet.transport(passage, request.repeatable),
        signal,
      }),
    );
    const head = wireHead(answer.status, answer.headers as IncomingHttpHeaders, this.clock.now());
    const headers = answer.headers as IncomingHttpHeaders;
    const contentEncoding = headers['content-encoding'] ?? '';
    const endOfPatience = request.repeatable ? this.#limitBody(answer.data) : nothing;
    const read = await readAnswerBody(answer.data, { contentType: head.contentType, contentEncoding });
    endOfPatience();
    if (read.body !== null || !signal.aborted) return { kind: 'answer', head, ...read };
    return { kind: 'answer', head, ...read, trouble: 'timeout' };
  }

  /** A check is judged by its status, which is there: its caller does not wait for a body that does not come. */
  #limitBody(body: Readable): () => void {
    return this.clock.after(statusPatienceMilliseconds, () => {
      body.destroy();
    });
  }
}

function nothing(): void {
  // Nothing to call off.
}

function isReset(result: WireResult): boolean {
  return result.kind === 'no_answer' && result.trouble === 'reset';
}

function noAnswer(code: string, passage: SendProgress, timedOut: boolean): NoAnswer {
  if (!passage.sent) {
    return {
      kind: 'no_answer',
      trouble: passage.vetoed ? 'not_sent' : 'connection_failed',
      unsent: true,
      code,
    };
  }
  if (timedOut) return { kind: 'no_answer', trouble: 'timeout', unsent: false, code: 'deadline' };
  const trouble = code.startsWith('HPE_') ? 'unreadable' : 'reset';
  return { kind: 'no_answer', trouble, unsent: false, code };
}

function revealed(headers: WireRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}

/** Node's and OpenSSL's codes are names of constants; anything else is not told. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown';
}

/** No clock of a running server is further off; a `Date` beyond that is a mistake and measures nothing. */
const furthestMilliseconds = 86_400_000;

/** The few things of an answer's head that anything is decided by. */
function wireHead(status: number, headers: IncomingHttpHeaders, arrivedAt: Date): WireHead {
  const date = httpDate(headers.date ?? null);
  return {
    status,
    contentType: headers['content-type'] ?? '',
    answeredAt: date !== null && isPlausible(date, arrivedAt) ? date : arrivedAt,
    retryAfterSeconds: retryAfterSeconds(headers['retry-after'] ?? null, date ?? arrivedAt),
    challenge: challengeOf(headers)?.split(/[\s,]/)[0]?.toLowerCase() ?? null,
    bearerChallenge: bearerOf(challengeOf(headers)),
  };
}

function isPlausible(date: Date, arrivedAt: Date): boolean {
  return Math.abs(date.getTime() - arrivedAt.getTime()) <= furthestMilliseconds;
}

function challengeOf(headers: IncomingHttpHeaders): string | null {
  return headers['www-authenticate']?.trim() ?? null;
}

function bearerOf(challenge: string | null): string | null {
  return challenge !== null && /^bearer\b/i.test(challenge) ? challenge : null;
}
