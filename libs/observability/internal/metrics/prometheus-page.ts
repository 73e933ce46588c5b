import { Injectable } from '@nestjs/common';
import { Gauge, register as processRegistry, Registry } from 'prom-client';
import { connectionStatuses, MetricsPage, type ReplicaReadings } from '../../metrics-page.js';
import { readingGauges, type PlainReading } from './reading-gauges.js';

@Injectable()
export class PrometheusPage extends MetricsPage {
  override readonly contentType: string;
  readonly #connections: Gauge<'status'>;
  readonly #plain: ReadonlyMap<PlainReading, Gauge>;

  constructor(private readonly registry: Registry) {
    super();
    this.contentType = registry.contentType;
    this.#connections = new Gauge({
      name: 'broker_connections',
      help: 'Connections by status, over all replicas.',
      labelNames: ['status'],
      registers: [registry],
    });
    this.#plain = readingGauges(registry);
  }

  override async write(readings: ReplicaReadings): Promise<string> {
    for (const [reading, gauge] of this.#plain) show(gauge, readings[reading]);
    this.#showConnections(readings.connections);
    const pages = await Promise.all([this.registry, processRegistry].map((registry) => registry.metrics()));
    return pages.join('\n');
  }

  #showConnections(counts: ReplicaReadings['connections']): void {
    this.#connections.reset();
    if (counts === null) return;
    for (const status of connectionStatuses) this.#connections.set({ status }, counts[status]);
  }
}

/** What is not known is left out: a 0, or what was known once, would be taken for true. */
function show(gauge: Gauge, value: number | boolean | null): void {
  if (value === null) gauge.remove();
  else gauge.set(Number(value));
}
