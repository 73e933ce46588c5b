import { join } from 'node:path';
import type { Clock } from '#kernel';
import { isEntryName, nameOfTemporary, probeName, temporaryName } from './entry-name.js';
import { systemFault, type SpoolDisk } from './spool-disk.js';

const mostBytes = 1_048_576;
/** Twice what an entry takes: a disk with less is as good as full. */
const probeText = ' '.repeat(16_384);
/** No write takes so long; one that does finds its temporary gone, and fails as on a full disk. */
const abandonedMilliseconds = 15 * 60_000;
/** A temporary is taken by another process at most as often as that looks: every few seconds. */
const mostTries = 10;

/** How every file of the folder is: whole, and under its last name; or not an entry yet. */
export class SpoolFolder {
  readonly #unreadable: string;
  /** Temporaries of writes of this process that are under way. */
  readonly #writing = new Set<string>();

  /** @param path of the folder; several processes may have the same */
  constructor(
    private readonly path: string,
    private readonly disk: SpoolDisk,
    private readonly clock: Clock,
  ) {
    this.#unreadable = join(path, 'unreadable');
  }

  /** Resolves once the entry is on the disk, whatever happens to the process or the machine from then on. */
  async write(name: string, text: string): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#writeOnce(name, text);
        return;
      } catch (error) {
        // Another process took the temporary for a dead one's, and has replayed it by now: twice is harmless.
        if (systemFault(error) !== 'ENOENT' || tries === mostTries) throw error;
      }
    }
  }

  /** Finds out whether an entry could be written now. */
  async probe(): Promise<void> {
    await this.disk.makeFolder(this.path);
    const path = this.#pathOf(probeName(this.clock.now()));
    try {
      await this.disk.writeNew(path, probeText);
    } finally {
      await this.#removeIfThere(path).catch(() => undefined);
    }
  }

  /** @returns the names of all entries, oldest first; a full or read-only disk does not keep them back */
  async entries(): Promise<readonly string[]> {
    return (await this.#namesIn(this.path)).filter(isEntryName).sort();
  }

  /** @returns null where another process has dealt with it @throws EntryUnreadable where it is no file or too long */
  async read(name: string): Promise<string | null> {
    return this.#unlessGone(() => this.disk.read(this.#pathOf(name), mostBytes));
  }

  /** Not waited for until it is on the disk: an entry that comes back is replayed once more. */
  async remove(name: string): Promise<void> {
    await this.#removeIfThere(this.#pathOf(name));
  }

  /** @returns false where another process has done it: exactly one of them tells */
  async setAside(name: string): Promise<boolean> {
    await this.disk.makeFolder(this.#unreadable);
    const moved = await this.#unlessGone(async () => {
      await this.disk.rename(this.#pathOf(name), join(this.#unreadable, name));
      return true;
    });
    return moved ?? false;
  }

  async countAside(): Promise<number> {
    return (await this.#namesIn(this.#unreadable)).length;
  }

  /**
   * What `entries` returns, and temporaries that are not this process's: somebody is still writing them, or died before the
   * renaming.
   */
  async look(): Promise<{ readonly entries: readonly string[]; readonly temporaries: readonly string[] }> {
    const names = await this.#namesIn(this.path);
    const temporaries = names.filter((name) => nameOfTemporary(name) !== null && !this.#writing.has(name));
    return { entries: names.filter(isEntryName).sort(), temporaries };
  }

  /**
   * A temporary that is whole may be the only copy of a grant and becomes an entry at once, so that nobody repeats its
   * attempt; any other is removed after a while.
   */
  async rescue(temporary: string, isWhole: (text: string) => boolean): Promise<void> {
    await this.#unlessGone(() => this.#rescue(temporary, isWhole));
  }

  async #writeOnce(name: string, text: string): Promise<void> {
    const temporary = temporaryName(name);
    this.#writing.add(temporary);
    try {
      await this.disk.makeFolder(this.path);
      await this.#writeTemporary(this.#pathOf(temporary), text);
      await this.#nameForGood(temporary, name);
      await this.disk.sync(this.path);
    } finally {
      this.#writing.delete(temporary);
    }
  }

  /** Another process may have done it for us, and left the entry there. */
  async #nameForGood(temporary: string, name: string): Promise<void> {
    try {
      await this.disk.rename(this.#pathOf(temporary), this.#pathOf(name));
    } catch (error) {
      const isThere = await this.#unlessGone(() => this.disk.modifiedAt(this.#pathOf(name)));
      if (systemFault(error) !== 'ENOENT' || isThere === null) throw error;
    }
  }

  /** Half a file would only fill the disk further. */
  async #writeTemporary(path: string, text: string): Promise<void> {
    try {
      await this.disk.writeNew(path, text);
    } catch (error) {
      await this.#removeIfThere(path).catch(() => undefined);
      throw error;
    }
  }

  async #rescue(temporary: string, isWhole: (text: string) => boolean): Promise<void> {
    const path = this.#pathOf(temporary);
    const entry = nameOfTemporary(temporary);
    if (entry !== null && isWhole(await this.disk.read(path, mostBytes))) {
      await this.disk.sync(path);
      await this.disk.rename(path, this.#pathOf(entry));
      await this.disk.sync(this.path);
      return;
    }
    const age = this.clock.now().getTime() - (await this.disk.modifiedAt(path)).getTime();
    if (age > abandonedMilliseconds) await this.#removeIfThere(path);
  }

  async #namesIn(path: string): Promise<readonly string[]> {
    return (await this.#unlessGone(() => this.disk.names(path))) ?? [];
  }

  async #removeIfThere(path: string): Promise<void> {
    await this.#unlessGone(() => this.disk.remove(path));
  }

  async #unlessGone<Result>(action: () => Promise<Result>): Promise<Result | null> {
    try {
      return await action();
    } catch (error) {
      if (systemFault(error) === 'ENOENT') return null;
      throw error;
    }
  }

  #pathOf(name: string): string {
    return join(this.path, name);
  }
}
