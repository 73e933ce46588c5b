import { Global, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { BrokerMetrics } from './broker-metrics.js';
import { PrometheusMetrics } from './internal/metrics/prometheus-metrics.js';
import { PrometheusPage } from './internal/metrics/prometheus-page.js';
import { RuntimeWatch } from './internal/metrics/runtime-watch.js';
import { MetricsPage } from './metrics-page.js';

/** Global, for every room may report. prom-client's own registry is the process's; this one is the application's. */
@Global()
@Module({
  providers: [
    RuntimeWatch,
    { provide: Registry, useFactory: () => new Registry() },
    { provide: BrokerMetrics, useClass: PrometheusMetrics },
    { provide: MetricsPage, useClass: PrometheusPage },
  ],
  exports: [BrokerMetrics, MetricsPage],
})
export class MetricsModule {}
