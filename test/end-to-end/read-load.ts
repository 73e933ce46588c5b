import { setTimeout as wait } from 'node:timers/promises';
import type { BrokerClient } from './broker-client.js';

export interface LoadedRead {
  readonly tenantId: string;
  readonly query: string;
  /** Milliseconds on the monotonic clock. */
  readonly began: number;
  readonly took: number;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
  /** 0: no answer at all. */
  readonly status: number;
  readonly code: string | null;
  readonly degraded: string | null;
  readonly type: string;
  readonly retryAfter: string | null;
  /** A token that had expired, by its own word, before it was asked for. */
  readonly servedExpired: boolean;
}

/** Readers of all kinds, each asking again as soon as it was answered. */
export class ReadLoad {
  readonly reads: LoadedRead[] = [];
  readonly #readers: Promise<void>[];
  #stopped = false;

  /** @param queries one reader for each of them at each broker, going through all tenants */
  constructor(brokers: readonly BrokerClient[], tenants: readonly string[], queries: readonly string[]) {
    this.#readers = brokers.flatMap((broker) =>
      queries.map((query, reader) => this.#readOn(broker, tenants, query, reader)),
    );
  }

  async stop(): Promise<readonly LoadedRead[]> {
    this.#stopped = true;
    await Promise.all(this.#readers);
    return this.reads;
  }

  async #readOn(
    broker: BrokerClient,
    tenants: readonly string[],
    query: string,
    reader: number,
  ): Promise<void> {
    for (let turn = reader; !this.#stopped; turn += 1) {
      this.reads.push(await readOnce(broker, tenants[turn % tenants.length] ?? '', query));
      // Load, and not as much as the machine can bear.
      await wait(10);
    }
  }
}

async function readOnce(broker: BrokerClient, tenantId: string, query: string): Promise<LoadedRead> {
  const began = performance.now();
  const beganAt = Date.now();
  const nothing = {
    status: 0,
    code: 'no answer',
    degraded: null,
    type: '',
    retryAfter: null,
    servedExpired: false,
  };
  const answer = await broker.token(tenantId, query).then(
    ({ status, json, headers }) => ({
      status,
      code: asText(json['code']),
      degraded: asText(json['degraded']),
      type: headers.get('content-type') ?? '',
      retryAfter: headers.get('retry-after'),
      servedExpired: status === 200 && Date.parse(String(json['expiresAt'])) < beganAt,
    }),
    (error: unknown) => ({ ...nothing, code: String(error) }),
  );
  return { tenantId, query, began, took: performance.now() - began, endedAt: Date.now(), ...answer };
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Answered well, or refused as it has to be: told apart from what a caller could not make anything of. */
export function isProperAnswer(read: LoadedRead): boolean {
  if (read.status === 200) return true;
  const isProblem = read.type.startsWith('application/problem+json');
  return read.status === 503 && isProblem && Number(read.retryAfter) >= 1;
}

/** How many of each sort, for a message. */
export function tally(reads: readonly LoadedRead[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, code, degraded } of reads) {
    const sort = `${String(status)} ${code ?? degraded ?? 'good'}`;
    counts[sort] = (counts[sort] ?? 0) + 1;
  }
  return counts;
}
