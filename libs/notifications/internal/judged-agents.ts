import http, { type AgentOptions, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { LookupAddress } from 'node:dns';

/** What a request says beside the usual: `judgedAs` of the addresses that it may go to. */
export interface JudgedRequest extends RequestOptions {
  readonly judged: string;
}

/** The other side may have dropped one that idled longer; for each endpoint as many as it is called at once. */
const options: AgentOptions = { keepAlive: true, timeout: 4_000, maxFreeSockets: 4 };

/** @returns equal texts for equal sets, in whatever order the name's resolution brought them */
export function judgedAs(addresses: readonly LookupAddress[]): string {
  return addresses
    .map(({ address }) => address)
    .toSorted()
    .join();
}

/**
 * Keep-alive sockets, each kept under the addresses that were judged when it was made. A request is given one only where the
 * very same addresses were judged for it: a socket is as good as a new one then, which would lead to one of them too.
 */
export class JudgedHttpAgent extends http.Agent {
  constructor() {
    super(options);
  }

  override getName(request?: Partial<JudgedRequest>): string {
    return `${super.getName(request)} ${request?.judged ?? ''}`;
  }
}

/** The same under TLS. */
export class JudgedHttpsAgent extends https.Agent {
  constructor() {
    super(options);
  }

  override getName(request?: Partial<JudgedRequest>): string {
    return `${super.getName(request)} ${request?.judged ?? ''}`;
  }
}
