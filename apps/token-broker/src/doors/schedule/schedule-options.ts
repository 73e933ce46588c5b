/** Filled from configuration by the application's module. */
export abstract class ScheduleOptions {
  /** How often this replica looks for what is due. */
  abstract readonly sweepIntervalSeconds: number;
  /** False: this replica only answers HTTP. */
  abstract readonly upkeepEnabled: boolean;
}
