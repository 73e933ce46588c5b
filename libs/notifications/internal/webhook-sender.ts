import type { LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { NotificationsOptions } from '../options.js';
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

/** An answer is read so far and no further: its status says all, but who is cut off early may take it for a failure. */
const mostAnswerBytes = 4_096;

/**
 * Posts a message, once. Redirects are answers like any other: they are never followed. The connection is a new one, to an
 * address that was checked just now, under the name of the URL.
 */
@Injectable()
export class WebhookSender {
  constructor(
    private readonly resolver: TargetResolver,
    private readonly options: NotificationsOptions,
    private readonly clock: Clock,
  ) {}

  /** Never throws; returns within `answerSeconds`. */
  async send(message: WebhookMessage): Promise<SendResult> {
    const over = new AbortController();
    const cancel = this.clock.after(this.options.answerSeconds * 1_000, () => {
      over.abort();
    });
    try {
      return await Promise.race([this.#send(message, over.signal), timedOut(over.signal)]);
    } finally {
      cancel();
    }
  }

  async #send(message: WebhookMessage, over: AbortSignal): Promise<SendResult> {
    const url = new URL(message.url);
    const resolution = await this.resolver.resolve(url);
    if (resolution.kind === 'refused') return { kind: 'failed', error: resolution.why };
    if (over.aborted) return { kind: 'failed', error: 'timeout' };
    return post(url, message, resolution.addresses, over);
  }
}

function timedOut(over: AbortSignal): Promise<SendResult> {
  return new Promise((resolve) => {
    over.addEventListener('abort', () => {
      resolve({ kind: 'failed', error: 'timeout' });
    });
  });
}

function post(
  url: URL,
  { headers, body }: WebhookMessage,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<SendResult> {
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = send(url, {
      method: 'POST',
      agent: false,
      lookup: onlyAmong(addresses),
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal,
    });
    sent.on('error', (error) => {
      resolve({ kind: 'failed', error: signal.aborted ? 'timeout' : errorWord(error) });
    });
    sent.on('response', (response) => {
      void drained(response).then(() => {
        resolve(answerOf(response));
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
