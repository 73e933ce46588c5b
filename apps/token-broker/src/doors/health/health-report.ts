import type { PartHealth } from '#kernel';

/** How the parts of this replica are. Filled by the application's module: doors do not enter the rooms below. */
export abstract class HealthReport {
  /** The database was reached and its schema accepted. */
  abstract schemaAccepted(): boolean;
  abstract parts(): readonly PartHealth[];

  part(name: string): PartHealth | null {
    return this.parts().find(({ part }) => part === name) ?? null;
  }
}
