import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes down how the broker is set, for the command line in another terminal: `npm run broker` looks there where its own
 * environment names no database. Shells can read it too.
 * @returns takes it away again
 */
export async function noteSettings(
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  const path = join(folder, 'broker.env');
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'\n`);
  // What a killed run left there may have another mode.
  await rm(path, { force: true });
  await writeFile(path, lines.join(''), { mode: 0o600 });
  return () => rm(path, { force: true });
}
