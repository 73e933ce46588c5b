import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { MetricsModule } from '#observability';
import { Deskera } from './deskera.js';
import { DeskeraGate } from './gate.js';
import { DeskeraHealth } from './health.js';
import { Breakers } from './internal/breakers.js';
import { FairSlots } from './internal/fair-slots.js';
import { HttpDeskera } from './internal/http-deskera.js';
import { ObservedGate } from './internal/observed-gate.js';
import { ObservedHealth } from './internal/observed-health.js';
import { Outlet } from './internal/outlet.js';
import { Registrations } from './internal/registrations.js';
import { RequestAlarm } from './internal/request-alarm.js';
import { httpDefaults, Sender } from './internal/sender.js';
import { Stopwatch } from './internal/stopwatch.js';
import { DeskeraSlots } from './slots.js';

/** The only outbound calls to Deskera. Needs a `DeskeraOptions` and a `Clock` from global modules. */
@Module({
  imports: [HttpModule.register(httpDefaults), MetricsModule],
  providers: [
    Breakers,
    Outlet,
    Registrations,
    RequestAlarm,
    Sender,
    Stopwatch,
    { provide: Deskera, useClass: HttpDeskera },
    { provide: DeskeraGate, useClass: ObservedGate },
    { provide: DeskeraHealth, useClass: ObservedHealth },
    { provide: DeskeraSlots, useClass: FairSlots },
  ],
  exports: [Deskera, DeskeraGate, DeskeraHealth, DeskeraSlots],
})
export class DeskeraModule {}
