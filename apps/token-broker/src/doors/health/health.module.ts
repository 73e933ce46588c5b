import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.js';

/** Requires a `HealthReport` from a global module. */
@Module({ controllers: [HealthController], providers: [Lifecycle] })
export class HealthModule {}
