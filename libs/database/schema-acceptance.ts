/** The schema generation of this broker, and the oldest generation that it supports. */
const schemaGeneration = 7;
const oldestSchema = 7;

/** The schema does not fit this broker. Retrying does not help; an operator must act. */
export class SchemaRefused extends Error {
  override readonly name = 'SchemaRefused';
}

export interface RecordedSchema {
  readonly version: number;
  readonly oldestBroker: number;
  /** Name of the queue's schema; null if the record is older than this setting. */
  readonly queueSchema: string | null;
}

/**
 * Refuses a schema that is older than this broker needs, or whose oldest supported broker is newer than this one.
 * Releases N and N+1 can therefore run side by side.
 * @param recorded null if the database was never migrated
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
