import { Failure, type Clock, type PartHealth, type Secret } from '#kernel';
import {
  GrantSpool,
  type StoredGrantNumbers,
  type SpooledGrant,
  type SpoolHandler,
  type SpoolReplay,
} from '#spool';

/** What lies in a folder, oldest first: it outlives every process that wrote there. */
export type MemoryFolder = Map<string, SpooledGrant>;

export type DiskStep = 'look into the spool' | 'write to the spool' | 'unlink from the spool';

/** How a step gets to the disk: at once, or when and if the world lets it. */
export type Disk = <Answer>(step: DiskStep, execute: () => Answer) => Promise<Answer>;

export interface SpoolParts {
  readonly folder: MemoryFolder;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly newName: () => string;
  /** Whether this process has the key of what lies there; left out: it has. */
  readonly hasKey?: () => boolean;
  /** Told of what is handed over, before it is. */
  readonly handing?: (grant: SpooledGrant) => void;
}

/** So many in a row, and it is the database: the rest would only wait for the same. */
const mostUnavailable = 3;

/** The spool of one process, over a folder in memory that others may share. What it can't open stays where it is. */
export class MemorySpool extends GrantSpool {
  #waiting: ReadonlySet<string> = new Set();
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<SpoolReplay> | null = null;

  constructor(private readonly parts: SpoolParts) {
    super();
  }

  override async put(grant: SpooledGrant): Promise<void> {
    const { folder, disk, newName } = this.parts;
    const connection = grant.kind === 'refresh' ? grant.seen.connectionId : 'new';
    const name = `${newName()} ${grant.kind} ${connection}`;
    try {
      await disk('write to the spool', () => folder.set(name, grant));
    } catch (cause) {
      throw new Failure('broker_unavailable', 'The tokens could not be stored yet.', { cause });
    }
    this.#waiting = new Set([...this.#waiting, name]);
  }

  /** A round that is under way may have looked before the caller's matter was there: the next one is shared. */
  override replay(handler: SpoolHandler): Promise<SpoolReplay> {
    if (this.#next === null) {
      const next = this.#last.then(() => {
        this.#next = null;
        return this.#replayAll(handler);
      });
      this.#next = next;
      this.#last = next;
    }
    return this.#next;
  }

  override waiting(): number {
    return this.#waiting.size;
  }

  override holds({ connectionId, connectNumber, grantAttempt }: StoredGrantNumbers): boolean {
    return this.#waitingGrants().some((grant) => {
      if (grant.kind !== 'refresh' || grant.seen.connectionId !== connectionId) return false;
      const { seen } = grant;
      return seen.connectNumber === connectNumber
        ? seen.attempt > grantAttempt
        : seen.connectNumber > connectNumber;
    });
  }

  override couldHold(refreshToken: Secret): boolean {
    const sha = refreshToken.sha256();
    return this.#waitingGrants().some(
      (grant) =>
        grant.grant.refreshToken.sha256().equals(sha) ||
        (grant.kind === 'connect' && grant.spentSha256?.equals(sha) === true),
    );
  }

  override attemptOwners(): ReadonlySet<string> {
    const owners = this.#waitingGrants().map((grant) =>
      grant.kind === 'refresh' ? (grant.seen.attemptProcessId ?? null) : null,
    );
    return new Set(owners.filter((owner) => owner !== null));
  }

  override health(): PartHealth {
    const waiting = this.waiting();
    return { part: 'spool', status: waiting > 0 ? 'degraded' : 'ok', facts: { waiting } };
  }

  /** What the entries are about is read in the clear, whoever has their key. */
  #waitingGrants(): readonly SpooledGrant[] {
    return [...this.#waiting]
      .map((name) => this.parts.folder.get(name))
      .filter((grant) => grant !== undefined);
  }

  async #replayAll(handler: SpoolHandler): Promise<SpoolReplay> {
    const names = await this.#look();
    const counts = { replayed: 0, gone: 0, failed: 0, unavailable: 0 };
    let unavailableInARow = 0;
    for (const name of names ?? []) {
      const ending = await this.#replayOne(name, handler);
      counts[ending] += 1;
      if (ending === 'replayed' || ending === 'gone') this.#forget(name);
      unavailableInARow = ending === 'unavailable' ? unavailableInARow + 1 : 0;
      if (unavailableInARow === mostUnavailable) break;
    }
    const failed = counts.failed + counts.unavailable;
    return { replayed: counts.replayed, aside: 0, failed, blind: names === null };
  }

  /** @returns what is there; null where the folder can't be looked at */
  async #look(): Promise<readonly string[] | null> {
    const before = this.#waiting;
    try {
      const names = await this.parts.disk('look into the spool', () => [...this.parts.folder.keys()]);
      const putMeanwhile = [...this.#waiting].filter((name) => !before.has(name));
      this.#waiting = new Set([...names, ...putMeanwhile]);
      return names;
    } catch {
      return null;
    }
  }

  async #replayOne(
    name: string,
    handler: SpoolHandler,
  ): Promise<'replayed' | 'gone' | 'failed' | 'unavailable'> {
    const { folder, disk } = this.parts;
    const grant = folder.get(name);
    if (grant === undefined) return 'gone';
    if (this.parts.hasKey?.() === false) return 'failed';
    const handed = this.#asOfNow(grant);
    this.parts.handing?.(handed);
    try {
      await handler(handed);
    } catch (error) {
      return error instanceof Failure && error.code === 'broker_unavailable' ? 'unavailable' : 'failed';
    }
    // What can't be unlinked is saved, and will be once more at the next round.
    await disk('unlink from the spool', () => folder.delete(name)).catch(() => undefined);
    return 'replayed';
  }

  /** What passed in the spool is taken off from how long an activation is waited for. */
  #asOfNow(grant: SpooledGrant): SpooledGrant {
    if (grant.kind === 'refresh') return { ...grant };
    const waited = (this.parts.clock.monotonicMilliseconds() - grant.grant.arrivedAt) / 1_000;
    return { ...grant, activationSeconds: Math.max(0, grant.activationSeconds - waited) };
  }

  #forget(name: string): void {
    this.#waiting = new Set([...this.#waiting].filter((each) => each !== name));
  }
}
