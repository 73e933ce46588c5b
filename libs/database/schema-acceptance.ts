/** The schema generation this broker was written for, and the oldest one it can run on. */
const schemaGeneration = 7;
const oldestSchema = 7;

/** The database's schema and this broker do not fit: waiting does not help, an operator must act. */
export class SchemaRefused extends Error {
  override readonly name = 'SchemaRefused';
}

export interface RecordedSchema {
  readonly version: number;
  readonly oldestBroker: number;
  /** The schema of the queue of deliveries; null where the record is older than its choice. */
  readonly queueSchema: string | null;
}

/**
 * A broker refuses a schema older than it needs, or one whose recorded oldest supported broker is newer than itself;
 * so N and N+1 run side by side.
 *
 * @param recorded null where the database was never migrated
 * @throws SchemaRefused
 */
export function acceptSchema(recorded: RecordedSchema | null): void {
  if (recorded === null) {
    throw new SchemaRefused('The database has no schema yet: run `npm run migrate` first.');
  }
  if (recorded.version < oldestSchema) {
    throw new SchemaRefused(
      `The schema is at ${String(recorded.version)}, this broker needs at least ${String(oldestSchema)}: run \`npm run migrate\` first.`,
    );
  }
  if (recorded.oldestBroker > schemaGeneration) {
    throw new SchemaRefused(
      `The schema supports brokers from generation ${String(recorded.oldestBroker)} on, this one is ${String(schemaGeneration)}: start a newer broker.`,
    );
  }
}
