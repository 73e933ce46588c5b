import type { LookupAddress } from 'node:dns';
import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '#kernel';
import { NotificationsOptions } from '../options.js';
import { judgedAs, JudgedHttpAgent, JudgedHttpsAgent, type JudgedRequest } from './judged-agents.js';
import { TargetResolver, type Resolution } from './target-resolver.js';

/** Words of ours: what an endpoint says is neither read nor kept. */
type SendError =
  | Extract<Resolution, { kind: 'refused' }>['why']
  | 'timeout'
  | 'connection_refused'
  | 'connection_failed'
  | 'certificate_refused';

export type SendResult =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'failed'; readonly error: SendError };

export interface WebhookMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The body of an answer is read so far and no further: its status says all, but an endpoint may take an early end for a failure. */
const mostAnswerBytes = 4_096;
const longestBodyMilliseconds = 1_000;

/** The other side closed a kept connection while the message was on its way: it may or may not have been read. */
type Posted = SendResult | 'connection_was_over';

/**
 * Posts a message. Redirects are answers like any other: they are never followed. The connection leads to an address that
 * was checked just now, under the name of the URL: a new one, or one that was kept for these very addresses.
 */
@Injectable()
export class WebhookSender implements OnApplicationShutdown {
  readonly #http = new JudgedHttpAgent();
  readonly #https = new JudgedHttpsAgent();

  constructor(
    private readonly resolver: TargetResolver,
    private readonly options: NotificationsOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * Never throws. The status must be there within `answerSeconds`; the end of the body is waited for one second more, and
   * nothing that becomes of the body changes the result.
   */
  async send(message: WebhookMessage): Promise<SendResult> {
    const over = new AbortController();
    const cancel = this.clock.after(this.options.answerSeconds * 1_000, () => {
      over.abort();
    });
    const whenAnswered = (response: IncomingMessage): void => {
      cancel();
      this.#limitBody(response);
    };
    try {
      return await Promise.race([this.#send(message, over.signal, whenAnswered), timedOut(over.signal)]);
    } finally {
      cancel();
    }
  }

  #limitBody(response: IncomingMessage): void {
    const cancel = this.clock.after(longestBodyMilliseconds, () => response.destroy());
    response.once('close', cancel);
  }

  onApplicationShutdown(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  async #send(
    message: WebhookMessage,
    over: AbortSignal,
    whenAnswered: (response: IncomingMessage) => void,
  ): Promise<SendResult> {
    const url = new URL(message.url);
    const resolution = await this.resolver.resolve(url);
    if (resolution.kind === 'refused') return { kind: 'failed', error: resolution.why };
    if (over.aborted) return { kind: 'failed', error: 'timeout' };
    const { addresses } = resolution;
    const agent = url.protocol === 'https:' ? this.#https : this.#http;
    const posted = await post(url, message, { addresses, agent, signal: over, whenAnswered });
    if (posted !== 'connection_was_over') return posted;
    const retried = await post(url, message, { addresses, agent: false, signal: over, whenAnswered });
    return retried === 'connection_was_over' ? { kind: 'failed', error: 'connection_failed' } : retried;
  }
}

function timedOut(over: AbortSignal): Promise<SendResult> {
  return new Promise((resolve) => {
    over.addEventListener('abort', () => {
      resolve({ kind: 'failed', error: 'timeout' });
    });
  });
}

interface Way {
  readonly addresses: readonly LookupAddress[];
  readonly agent: Agent | false;
  readonly signal: AbortSignal;
  /** Called as soon as the status is known. */
  readonly whenAnswered: (response: IncomingMessage) => void;
}

function post(
  url: URL,
  { headers, body }: WebhookMessage,
  { addresses, agent, signal, whenAnswered }: Way,
): Promise<Posted> {
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const options: JudgedRequest = {
      method: 'POST',
      agent,
      judged: judgedAs(addresses),
      lookup: onlyAmong(addresses),
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal,
    };
    const sent = send(url, options);
    let answer: SendResult | null = null;
    sent.on('error', (error) => {
      if (answer !== null) resolve(answer);
      else if (signal.aborted) resolve({ kind: 'failed', error: 'timeout' });
      else if (sent.reusedSocket) resolve('connection_was_over');
      else resolve({ kind: 'failed', error: errorWord(error) });
    });
    sent.on('response', (response) => {
      const answered = answerOf(response);
      answer = answered;
      whenAnswered(response);
      void drained(response).then(() => {
        resolve(answered);
      });
    });
    sent.end(body);
  });
}

function answerOf({ statusCode, headers }: IncomingMessage): SendResult {
  return { kind: 'answered', status: statusCode ?? 0, retryAfter: headers['retry-after'] ?? null };
}

/** An answer that breaks off has its status all the same. */
async function drained(response: IncomingMessage): Promise<void> {
  let read = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      read += chunk.length;
      if (read > mostAnswerBytes) break;
    }
  } catch {
    return;
  }
}

/** What was checked is what is connected to. */
function onlyAmong(addresses: readonly LookupAddress[]): LookupFunction {
  return (_name, { all }, callback) => {
    const [first] = addresses;
    if (all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family ?? 0);
  };
}

function errorWord(error: Error): SendError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ECONNREFUSED') return 'connection_refused';
  return /CERT|SIGNED|UNABLE_TO|ALTNAME/.test(code) ? 'certificate_refused' : 'connection_failed';
}
