import { Global, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { BrokerMetrics } from './broker-metrics.js';
import { PrometheusMetrics } from './internal/metrics/prometheus-metrics.js';
import { PrometheusPage } from './internal/metrics/prometheus-page.js';
import { MetricsPage } from './metrics-page.js';

/** Global, because every room reports metrics. The default registry of `prom-client` has the metrics of the process; this one has the application's. */
@Global()
@Module({
  providers: [
    { provide: Registry, useFactory: () => new Registry() },
    { provide: BrokerMetrics, useClass: PrometheusMetrics },
    { provide: MetricsPage, useClass: PrometheusPage },
  ],
  exports: [BrokerMetrics, MetricsPage],
})
export class MetricsModule {}
