import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { AccessUpkeep } from '#access';
import { Clock } from '#kernel';
import { logTrouble } from '#observability';
import { every } from './every.js';
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
export class AccessTimer implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  readonly #logger = new Logger('Schedule');
  #retainedAt = -Infinity;
  #end = (): void => undefined;

  constructor(
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
    this.#end = every(this.clock, writeMilliseconds, tick);
  }

  onModuleDestroy(): void {
    this.#end();
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
