import { MachineDisk } from '../internal/spool-disk.js';

type Step = 'makeFolder' | 'names' | 'writeNew' | 'read' | 'sync' | 'rename' | 'remove' | 'modifiedAt';

/** The machine's disk, where a step may be made to fail, or the process to end at one. */
export class FaultyDisk extends MachineDisk {
  readonly steps: Step[] = [];
  readonly #faults = new Map<Step, string>();
  readonly #ended = Promise.withResolvers<undefined>();
  #lastStep = Number.POSITIVE_INFINITY;
  #lastIsDone = true;

  /** From now on the step fails with the system's fault, such as ENOSPC. */
  fail(step: Step, fault: string): void {
    this.#faults.set(step, fault);
  }

  mend(): void {
    this.#faults.clear();
  }

  /** The process ends at its nth step (from 1), before or after that is done: nothing later reaches the disk. */
  endAt(step: number, done: boolean): void {
    this.#lastStep = step;
    this.#lastIsDone = done;
  }

  /** Resolves when the process has ended, and what it did last is on the disk. */
  get ended(): Promise<unknown> {
    return this.#ended.promise;
  }

  override makeFolder(path: string): Promise<void> {
    return this.#step('makeFolder', () => super.makeFolder(path));
  }

  override names(path: string): Promise<readonly string[]> {
    return this.#step('names', () => super.names(path));
  }

  /** A process that ends in the middle leaves half of the file. */
  override writeNew(path: string, text: string): Promise<void> {
    return this.#step(
      'writeNew',
      () => super.writeNew(path, text),
      () => super.writeNew(path, text.slice(0, text.length / 2)),
    );
  }

  override read(path: string, mostBytes: number): Promise<string> {
    return this.#step('read', () => super.read(path, mostBytes));
  }

  override sync(path: string): Promise<void> {
    return this.#step('sync', () => super.sync(path));
  }

  override rename(from: string, to: string): Promise<void> {
    return this.#step('rename', () => super.rename(from, to));
  }

  override remove(path: string): Promise<void> {
    return this.#step('remove', () => super.remove(path));
  }

  override modifiedAt(path: string): Promise<Date> {
    return this.#step('modifiedAt', () => super.modifiedAt(path));
  }

  async #step<Result>(
    step: Step,
    whole: () => Promise<Result>,
    half?: () => Promise<unknown>,
  ): Promise<Result> {
    const fault = this.#faults.get(step);
    if (fault !== undefined)
      throw Object.assign(new Error(`${fault}: made up`), { code: fault, syscall: step });
    this.steps.push(step);
    if (this.steps.length < this.#lastStep) return whole();
    if (this.steps.length === this.#lastStep) {
      await (this.#lastIsDone ? whole() : half?.())?.catch(() => undefined);
      this.#ended.resolve(undefined);
    }
    return new Promise<never>(() => undefined);
  }
}
