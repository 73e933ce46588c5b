import { MessageChannel } from 'node:worker_threads';
import { readMigrationUrl } from '#config';
import { ignoreBrokenOutput, processLog } from '#observability';
import { applyMigrations, type MigrationReport } from '#database/migrate';

/** `npm run migrate`: brings the schema up to this broker. The running broker never does that itself. */
async function migrate(): Promise<void> {
  const { setting, url } = readMigrationUrl();
  const report = await applyMigrations({ databaseUrl: url.reveal(), setting });
  processLog(1).write(linesOf(report).join(''));
}

function linesOf({ applied, queueSchema, advanced }: MigrationReport): readonly string[] {
  const lines = [applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`];
  if (queueSchema !== null) {
    lines.push(
      `The schema pgboss belongs to another application: the queue of deliveries is in ${queueSchema}.`,
    );
  }
  if (advanced.length > 0)
    lines.push(`Sequences that were behind their tables are set right: ${advanced.join(', ')}`);
  return lines.map((line) => `${line}\n`);
}

/** The clock's timers keep no process alive: a pause between two tries does. */
const running = new MessageChannel();
running.port1.on('message', () => undefined);
// The schema is migrated, whether or not anybody reads that.
ignoreBrokenOutput();
try {
  await migrate();
} catch (error) {
  // Neither a bad setting's message nor the database's own holds a value; a stack would add nothing.
  processLog(2).write(`${error instanceof Error ? error.message : 'unknown'}\n`);
  process.exitCode = 1;
}
running.port1.close();
