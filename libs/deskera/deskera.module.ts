import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { MetricsModule } from '#observability';
import { Deskera } from './deskera.js';
import { DeskeraGate } from './gate.js';
import { DeskeraHealth } from './health.js';
import { Breakers } from './internal/breakers.js';
import { ConcurrencyLimiter } from './internal/concurrency-limiter.js';
import { HttpDeskera } from './internal/http-deskera.js';
import { ObservedGate } from './internal/observed-gate.js';
import { ObservedHealth } from './internal/observed-health.js';
import { DeskeraTransport } from './internal/deskera-transport.js';
import { ClientSecretSelector } from './internal/client-secret-selector.js';
import { RequestAlarm } from './internal/request-alarm.js';
import { httpDefaults, Sender } from './internal/sender.js';
import { Stopwatch } from './internal/stopwatch.js';
import { DeskeraSlots } from './slots.js';

/** All calls to Deskera. Requires `DeskeraOptions` and `Clock` from global modules. */
@Module({
  imports: [HttpModule.register(httpDefaults), MetricsModule],
  providers: [
    Breakers,
    DeskeraTransport,
    ClientSecretSelector,
    RequestAlarm,
    Sender,
    Stopwatch,
    { provide: Deskera, useClass: HttpDeskera },
    { provide: DeskeraGate, useClass: ObservedGate },
    { provide: DeskeraHealth, useClass: ObservedHealth },
    { provide: DeskeraSlots, useClass: ConcurrencyLimiter },
  ],
  exports: [Deskera, DeskeraGate, DeskeraHealth, DeskeraSlots],
})
export class DeskeraModule {}
