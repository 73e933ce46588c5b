// eslint-disable-next-line no-restricted-imports -- it watches the process's own pauses: nothing is decided by this time.
import {
  constants,
  monitorEventLoopDelay,
  PerformanceObserver,
  type PerformanceEntry,
} from 'node:perf_hooks';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Gauge, Histogram, Registry } from 'prom-client';

const resolutionMilliseconds = 20;
const collectorBuckets = [0.001, 0.01, 0.1, 1, 2, 5];

const collections: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/**
 * Pauses of the process: garbage collections, and how late the event loop is, under the names that prom-client's
 * `collectDefaultMetrics` gives them. Its own observers can not be ended (prometheus/client_js issue 500): each
 * application in a process would leave its own behind.
 */
@Injectable()
export class RuntimeWatch implements OnModuleInit, OnApplicationShutdown {
  readonly #delays = monitorEventLoopDelay({ resolution: resolutionMilliseconds });
  readonly #observer: PerformanceObserver;

  constructor(registry: Registry) {
    const collectorSeconds = new Histogram({
      name: 'nodejs_gc_duration_seconds',
      help: 'How long garbage collections took, by kind.',
      labelNames: ['kind'],
      buckets: collectorBuckets,
      registers: [registry],
    });
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        collectorSeconds.observe({ kind: kindOf(entry) }, entry.duration / 1_000);
      }
    });
    this.#registerDelays(registry);
  }

  onModuleInit(): void {
    this.#delays.enable();
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  onApplicationShutdown(): void {
    this.#delays.disable();
    this.#observer.disconnect();
  }

  /** Of the time since the last scrape. */
  #registerDelays(registry: Registry): void {
    const gauge = (word: string, help: string, collect?: () => void): Gauge =>
      new Gauge({
        name: `nodejs_eventloop_lag_${word}_seconds`,
        help,
        registers: [registry],
        ...(collect === undefined ? {} : { collect }),
      });
    const mean = gauge('mean', 'The mean delay of the event loop.');
    const p50 = gauge('p50', 'The median delay of the event loop.');
    const p99 = gauge('p99', 'The 99th percentile of the delays of the event loop.');
    const max = gauge('max', 'The longest delay of the event loop.', () => {
      const delays = this.#delays;
      if (delays.count === 0) return;
      mean.set(delays.mean / 1e9);
      p50.set(delays.percentile(50) / 1e9);
      p99.set(delays.percentile(99) / 1e9);
      max.set(delays.max / 1e9);
      delays.reset();
    });
  }
}

/** Node's types do not know that an entry of the kind `gc` has a `detail`. */
function kindOf(entry: PerformanceEntry): string {
  const { detail } = entry as { readonly detail?: { readonly kind?: number } };
  return collections.get(detail?.kind) ?? 'other';
}
