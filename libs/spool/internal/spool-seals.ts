import type { CredentialSealer } from '#crypto';
import type { SpoolFolder } from './spool-folder.js';

export interface SpooledSeals {
  /** Entries by the key that they are sealed under; null: it can't be read. Those that were set aside count too. */
  readonly byKey: ReadonlyMap<string | null, number>;
  /** The folder could not be looked at. */
  readonly blind: boolean;
}

/** Which keys the entries of a spool need: nothing is opened, changed or moved. */
export class SpoolSeals {
  constructor(
    private readonly folder: SpoolFolder,
    private readonly sealer: CredentialSealer,
  ) {}

  async count(): Promise<SpooledSeals> {
    const byKey = new Map<string | null, number>();
    const add = (keyId: string | null, entries: number): void => {
      if (entries > 0) byKey.set(keyId, (byKey.get(keyId) ?? 0) + entries);
    };
    try {
      for (const name of await this.folder.entries()) {
        const text = await this.folder.read(name);
        if (text !== null) add(this.#keyIn(text), 1);
      }
      add(null, await this.folder.countAside());
      return { byKey, blind: false };
    } catch {
      return { byKey, blind: true };
    }
  }

  #keyIn(text: string): string | null {
    const sealed = /"sealedRefreshToken":"([A-Za-z0-9_.-]+)"/.exec(text)?.[1];
    return sealed === undefined ? null : this.sealer.keyIdOf(sealed);
  }
}
