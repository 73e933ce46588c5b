import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { CallbackMethod } from '../state/settings.js';

export type CallbackResult =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'timed_out' };

/** What goes to the callback_uri, and how. */
export interface CallbackCall {
  readonly callbackUri: string;
  readonly parameters: URLSearchParams;
  readonly method: CallbackMethod;
  readonly timeoutSeconds: number;
  /** Ends the call before its time; it then counts as unreachable. */
  readonly signal: AbortSignal;
}

/**
 * Calls a V1 callback_uri, from this server, without cookies. No redirect is followed: only a 2XX completes the
 * connection. Never rejects. The connection is not kept: an app that stops after its callback need not wait for us.
 */
export async function callCallback(call: CallbackCall): Promise<CallbackResult> {
  const { address, options, body } = callbackRequest(call);
  const timeout = AbortSignal.timeout(call.timeoutSeconds * 1000);
  const signal = AbortSignal.any([timeout, call.signal]);
  const send = address.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const request = send(address, { ...options, agent: false, signal }, (response) => {
      response.on('error', () => undefined).resume();
      resolve({ kind: 'answered', status: response.statusCode ?? 0 });
    });
    request.on('error', () => {
      resolve({ kind: timeout.aborted ? 'timed_out' : 'unreachable' });
    });
    request.end(body);
  });
}

interface CallbackRequest {
  readonly address: URL;
  readonly options: RequestOptions;
  readonly body: string;
}

function callbackRequest({ callbackUri, parameters, method }: CallbackCall): CallbackRequest {
  const inBody = method === 'post-form' || method === 'post-json';
  const address = inBody ? new URL(callbackUri) : withParameters(callbackUri, parameters);
  const body = method === 'post-json' ? JSON.stringify(Object.fromEntries(parameters)) : String(parameters);
  const type = method === 'post-json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const headers = {
    accept: 'application/json, text/plain, */*',
    'user-agent': 'Deskera sandbox',
    ...(inBody ? { 'content-type': type, 'content-length': Buffer.byteLength(body) } : {}),
  };
  return {
    address,
    options: { method: method === 'get' ? 'GET' : 'POST', headers },
    body: inBody ? body : '',
  };
}

/** The address with parameters after those it may have already. */
export function withParameters(address: string, parameters: URLSearchParams): URL {
  const url = new URL(address);
  for (const [name, value] of parameters) url.searchParams.append(name, value);
  return url;
}
