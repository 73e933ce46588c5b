import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '#kernel';
import { logTrouble } from '#observability';
import { ConnectUpkeep } from '#oauth';
import { Upkeep } from '#tokens';
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
export class UpkeepTimer implements OnApplicationBootstrap {
  readonly #logger = new Logger('Schedule');
  #retainedAt = -Infinity;

  constructor(
    private readonly registry: SchedulerRegistry,
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
    // eslint-disable-next-line no-restricted-globals -- the registry stops what is registered with it, timers of its kind
    this.registry.addInterval('upkeep', setInterval(tick, this.options.sweepIntervalSeconds * 1_000));
    tick();
  }

  async #round(): Promise<void> {
    await this.upkeep.sweep();
    const now = this.clock.monotonicMilliseconds();
    if (now - this.#retainedAt < retentionMilliseconds) return;
    this.#retainedAt = now;
    await this.connectUpkeep.deleteExpired();
  }
}
