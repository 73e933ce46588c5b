import { Controller, Get } from '@nestjs/common';
import { Failure, type PartHealth } from '#kernel';
import { HealthReport } from './health-report.js';
import { Lifecycle } from './lifecycle.js';

export interface ReadyAnswer {
  readonly status: 'ready';
  readonly parts: readonly PartHealth[];
}

/** Open to everybody who reaches the inner listener: tells counts and states, and nothing of any tenant. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly report: HealthReport,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** The process runs and answers: restarting it would mend nothing. */
  @Get('live')
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /**
   * Started, schema accepted, not stopping. The parts are for alarms only: a replica whose database or Deskera is away
   * still answers better than none.
   */
  @Get('ready')
  ready(): ReadyAnswer {
    const parts = this.report.parts();
    if (this.lifecycle.phase !== 'running' || !this.report.schemaAccepted()) {
      const standing = this.lifecycle.phase === 'stopping' ? 'stopping' : 'starting';
      throw new Failure('broker_unavailable', `The broker is ${standing}.`, {
        retryAfterSeconds: 1,
        extensions: { standing, parts },
      });
    }
    return { status: 'ready', parts };
  }
}
