import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '#kernel';
import { logTrouble } from '#observability';
import { ConnectUpkeep } from '#oauth';
import { Upkeep } from '#tokens';
import { every } from './every.js';
import { ScheduleOptions } from './schedule-options.js';

const retentionMilliseconds = 600_000;
/** What was due stays due. */
const trouble = {
  passing: 'A round of upkeep was cut short',
  passingLevel: 'warn',
  defect: 'A round of upkeep failed.',
} as const;

/**
 * The timer, and nothing else: what is due is told by the rows, who does it by their leases. A round that throws is a
 * defect, and must not end the timer.
 */
@Injectable()
export class UpkeepTimer implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('Schedule');
  #retainedAt = -Infinity;
  #end = (): void => undefined;

  constructor(
    private readonly options: ScheduleOptions,
    private readonly upkeep: Upkeep,
    private readonly connectUpkeep: ConnectUpkeep,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.options.upkeepEnabled) return;
    const tick = (): void => {
      this.#round().catch((error: unknown) => {
        logTrouble(this.#logger, error, trouble);
      });
    };
    this.#end = every(this.clock, this.options.sweepIntervalSeconds * 1_000, tick);
    tick();
  }

  onModuleDestroy(): void {
    this.#end();
  }

  async #round(): Promise<void> {
    await this.upkeep.sweep();
    const now = this.clock.monotonicMilliseconds();
    if (now - this.#retainedAt < retentionMilliseconds) return;
    this.#retainedAt = now;
    await this.connectUpkeep.deleteExpired();
  }
}
