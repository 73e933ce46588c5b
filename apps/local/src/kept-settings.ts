import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './file-errors.js';

/** What was made up at the first start and must stay the same as long as the data do. */
export interface KeptSettings {
  /** As the broker's `ENCRYPTION_KEYS` has them. Without them the stored credentials can't be read any more. */
  readonly encryptionKeys: string;
}

/** Reads the folder's settings, or makes them up and keeps them where only their owner can read them. */
export async function keptSettings(folder: string): Promise<KeptSettings> {
  const path = join(folder, 'settings.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as KeptSettings;
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  const settings = { encryptionKeys: `local:${randomBytes(32).toString('base64')}` };
  await mkdir(folder, { recursive: true });
  await keep(path, settings);
  return settings;
}

/** A file that is cut short by a crash would cost the data: it appears complete or not at all. */
async function keep(path: string, settings: KeptSettings): Promise<void> {
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  await file.writeFile(`${JSON.stringify(settings, null, 2)}\n`);
  await file.sync();
  await file.close();
  await rename(unfinished, path);
}
