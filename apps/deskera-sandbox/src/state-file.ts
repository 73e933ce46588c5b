import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { TokenSigner } from './tokens/token-signer.js';
import type { SavedWorld, World } from './world.js';

interface SavedState {
  readonly signingKey: string;
  readonly world: SavedWorld;
}

export interface LoadedState {
  readonly signer: TokenSigner;
  readonly saved?: SavedWorld;
}

/** What an earlier run left in the file, or a fresh key where there is no file. */
export async function loadState(file: string | undefined): Promise<LoadedState> {
  const text = file === undefined ? null : readIfThere(file);
  if (text === null) return { signer: await TokenSigner.generate() };
  const { signingKey, world } = JSON.parse(text) as SavedState;
  return { signer: TokenSigner.fromPem(signingKey), saved: world };
}

/** Replaces the file as a whole: a crash leaves the old one or the new one. */
export function saveState(file: string, world: World): void {
  const state: SavedState = { signingKey: world.signer.toPem(), world: world.save() };
  const temporary = `${file}.new`;
  writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
