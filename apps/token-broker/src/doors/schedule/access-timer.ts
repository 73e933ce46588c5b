import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AccessUpkeep } from '#access';
import { Clock } from '#kernel';
import { logTrouble } from '#observability';
import { ScheduleOptions } from './schedule-options.js';

const writeMilliseconds = 5_000;
const retentionMilliseconds = 600_000;
/** What was counted is kept. */
const trouble = {
  passing: 'Counts were not written',
  passingLevel: 'debug',
  defect: 'Counts were not written.',
} as const;

/**
 * Has what was counted in memory written, on each replica that answers HTTP; old counts are deleted by those that do
 * upkeep. The last write comes when no door is open any more, and before the store is closed: Nest closes from the
 * outside in.
 */
@Injectable()
export class AccessTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('Schedule');
  #retainedAt = -Infinity;

  constructor(
    private readonly registry: SchedulerRegistry,
    private readonly options: ScheduleOptions,
    private readonly access: AccessUpkeep,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    const tick = (): void => {
      this.#round().catch((error: unknown) => {
        logTrouble(this.#logger, error, trouble);
      });
    };
    // eslint-disable-next-line no-restricted-globals -- the registry stops what is registered with it, timers of its kind
    this.registry.addInterval('access', setInterval(tick, writeMilliseconds));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.access.writeLast();
  }

  async #round(): Promise<void> {
    await this.access.write();
    const now = this.clock.monotonicMilliseconds();
    if (!this.options.upkeepEnabled || now - this.#retainedAt < retentionMilliseconds) return;
    this.#retainedAt = now;
    await this.access.deleteExpired();
  }
}
