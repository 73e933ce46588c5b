import { readMigrationUrl } from '#config';
import { ignoreBrokenOutput, processLog } from '#observability';
import { applyMigrations } from '#store/migrate';

/** `npm run migrate`: brings the schema up to this broker. The running broker never does that itself. */
async function migrate(): Promise<void> {
  const databaseUrl = readMigrationUrl().reveal();
  const { applied } = await applyMigrations({ databaseUrl });
  processLog(1).write(
    applied.length === 0 ? 'The schema is up to date.\n' : `Applied: ${applied.join(', ')}\n`,
  );
}

// The schema is migrated, whether or not anybody reads that.
ignoreBrokenOutput();
try {
  await migrate();
} catch (error) {
  // Neither a bad setting's message nor the database's own holds a value; a stack would add nothing.
  processLog(2).write(`${error instanceof Error ? error.message : 'unknown'}\n`);
  process.exitCode = 1;
}
