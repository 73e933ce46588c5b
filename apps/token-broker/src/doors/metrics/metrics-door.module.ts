import { Module } from '@nestjs/common';
import { MetricsModule } from '#observability';
import { TokensModule } from '#tokens';
import { ConnectionCounts } from './connection-counts.js';
import { MetricsController } from './metrics.controller.js';

/** Requires a `HealthReport` from a global module. */
@Module({
  imports: [MetricsModule, TokensModule],
  controllers: [MetricsController],
  providers: [ConnectionCounts],
})
export class MetricsDoorModule {}
