import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import {
  BrokerMetrics,
  checkOutcomes,
  rateLimits,
  refreshOutcomes,
  webhookOutcomes,
  type CheckOutcome,
  type DeskeraAnswer,
  type DeskeraOperation,
  type RateLimitName,
  type RefreshOutcome,
  type TokenRequestResult,
  type WebhookOutcome,
} from '../../broker-metrics.js';
import { onLogLinesDropped } from '../../process-log.js';

/** What `DeskeraTokens.get` promises to answer; any other code is counted from its first time on. */
const tokenResults: readonly TokenRequestResult[] = [
  'ok',
  'degraded',
  'not_connected',
  'org_not_connected',
  'org_ambiguous',
  'reconnect_required',
  'deskera_unavailable',
  'deskera_client_refused',
  'broker_unavailable',
  'internal_error',
];

/** From memory in well under a millisecond; at the slowest `DESKERA_TIMEOUT_SECONDS` + 2. */
const tokenRequestBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 12];
/** A grant's answer is read for up to three times `DESKERA_TIMEOUT_SECONDS`. */
const deskeraBuckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

/** Counts in memory; `MetricsPage` shows it. */
@Injectable()
export class PrometheusMetrics extends BrokerMetrics {
  readonly #tokenRequests: CountedWords<TokenRequestResult>;
  readonly #refreshes: CountedWords<RefreshOutcome>;
  readonly #checks: CountedWords<CheckOutcome>;
  readonly #refusals: CountedWords<RateLimitName>;
  readonly #webhooks: CountedWords<WebhookOutcome>;
  readonly #cacheHits: Counter;
  readonly #tokenRequestSeconds: Histogram;
  readonly #deskeraSeconds: Histogram<'operation' | 'outcome'>;

  constructor(registry: Registry) {
    super();
    this.#tokenRequests = new CountedWords(registry, {
      name: 'broker_token_requests_total',
      help: 'Requests for a deskera-token, by result: ok, degraded, or the code of the failure.',
      label: 'result',
      words: tokenResults,
    });
    this.#refreshes = new CountedWords(registry, {
      name: 'broker_refreshes_total',
      help: 'Refreshes that ended, by outcome.',
      label: 'outcome',
      words: refreshOutcomes,
    });
    this.#checks = new CountedWords(registry, {
      name: 'broker_checks_total',
      help: 'Questions to Deskera whether a token is good, by its word; unknown: it gave none.',
      label: 'outcome',
      words: checkOutcomes,
    });
    this.#refusals = new CountedWords(registry, {
      name: 'broker_rate_limited_total',
      help: 'Requests that were answered with 429, by the limit they met.',
      label: 'limit',
      words: rateLimits,
    });
    this.#webhooks = new CountedWords(registry, {
      name: 'broker_webhook_deliveries_total',
      help: 'Tries to deliver a webhook, by outcome; failed: it is tried again.',
      label: 'outcome',
      words: webhookOutcomes,
    });
    this.#cacheHits = new Counter({
      name: 'broker_cache_hits_total',
      help: 'Requests for a deskera-token that were answered from memory, without SQL.',
      registers: [registry],
    });
    this.#tokenRequestSeconds = new Histogram({
      name: 'broker_token_request_seconds',
      help: 'How long a request for a deskera-token took, behind HTTP and authentication.',
      buckets: tokenRequestBuckets,
      registers: [registry],
    });
    this.#deskeraSeconds = new Histogram({
      name: 'broker_deskera_request_seconds',
      help: 'How long a request to Deskera took, to the end of its answer.',
      labelNames: ['operation', 'outcome'],
      buckets: deskeraBuckets,
      registers: [registry],
    });
    const droppedLines = new Counter({
      name: 'broker_log_lines_dropped_total',
      help: 'Log lines that the log’s destination did not take in time, or refused.',
      registers: [registry],
    });
    onLogLinesDropped((lines) => {
      droppedLines.inc(lines);
    });
  }

  override tokenRequestEnded(result: TokenRequestResult, seconds: number): void {
    this.#tokenRequests.count(result);
    this.#tokenRequestSeconds.observe(seconds);
  }

  override tokenCameFromCache(): void {
    this.#cacheHits.inc();
  }

  override refreshEnded(outcome: RefreshOutcome): void {
    this.#refreshes.count(outcome);
  }

  override checkEnded(outcome: CheckOutcome): void {
    this.#checks.count(outcome);
  }

  override requestRefused(limit: RateLimitName): void {
    this.#refusals.count(limit);
  }

  override webhookTried(outcome: WebhookOutcome): void {
    this.#webhooks.count(outcome);
  }

  override deskeraAnswered(operation: DeskeraOperation, outcome: DeskeraAnswer, seconds: number): void {
    this.#deskeraSeconds.observe({ operation, outcome }, seconds);
  }
}

interface CountedWordsOptions<Word extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  readonly words: readonly Word[];
}

/**
 * A counter for each of some words. They are there from the start, at 0: Prometheus sees an increase only where there
 * was a value before.
 */
export class CountedWords<Word extends string> {
  readonly #counter: Counter;
  readonly #byWord = new Map<Word, Counter.Internal>();

  constructor(registry: Registry, { name, help, label, words }: CountedWordsOptions<Word>) {
    this.#counter = new Counter({ name, help, labelNames: [label], registers: [registry] });
    for (const word of words) this.#of(word).inc(0);
  }

  count(word: Word): void {
    this.#of(word).inc();
  }

  #of(word: Word): Counter.Internal {
    const present = this.#byWord.get(word);
    if (present !== undefined) return present;
    const series = this.#counter.labels(word);
    this.#byWord.set(word, series);
    return series;
  }
}
