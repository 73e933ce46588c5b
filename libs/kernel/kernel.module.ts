import { Global, Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { SystemClock } from './internal/system-clock.js';

@Global()
@Module({ providers: [{ provide: Clock, useClass: SystemClock }], exports: [Clock] })
export class KernelModule {}
