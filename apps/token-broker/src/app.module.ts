import { Module, type DynamicModule } from '@nestjs/common';
import { BrokerConfigModule, type BrokerConfig } from '#config';
import { KernelModule } from '#kernel';
import { ObservabilityModule } from '#observability';
import { AdminApiModule } from './doors/admin-api/admin-api.module.js';
import { ConnectDoorModule } from './doors/connect/index.js';
import { DocsModule } from './doors/docs/index.js';
import { RateLimitModule } from './doors/rate-limit/index.js';
import { HealthModule } from './doors/health/index.js';
import { InternalApiModule } from './doors/internal-api/internal-api.module.js';
import { MetricsDoorModule } from './doors/metrics/index.js';
import { ScheduleDoorModule } from './doors/schedule/index.js';
import { ReplicaHealthModule } from './replica-health.js';
import { RoomOptionsModule } from './room-options.module.js';

/** The one place that knows all rooms: wires them, and fills their options from the configuration. */
@Module({})
export class AppModule {
  static forRoot(config: BrokerConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        BrokerConfigModule.forRoot(config),
        RoomOptionsModule,
        KernelModule,
        ObservabilityModule,
        ReplicaHealthModule,
        RateLimitModule,
        InternalApiModule,
        AdminApiModule,
        ConnectDoorModule,
        HealthModule,
        MetricsDoorModule,
        DocsModule,
        ScheduleDoorModule,
      ],
    };
  }
}
