import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { withFault, type PlantedFault } from './planted-fault.js';
import { runSpec, type SpecResult } from './run-spec.js';

const copied = [
  'apps',
  'libs',
  'migrations',
  'test',
  'package.json',
  'jest.config.js',
  'tsconfig.json',
  '.swcrc',
] as const;
const leftOut: ReadonlySet<string> = new Set(['node_modules', 'dist', '.data']);

/** A copy of the sources, so that a fault never reaches the working tree. */
export class ScratchTree {
  readonly #passing = new Set<string>();

  private constructor(
    private readonly folder: string,
    private readonly root: string,
    private readonly stop: AbortSignal,
  ) {}

  /**
   * @param root of the project; its `node_modules` are used as they are
   * @param stop ends the spec that runs
   */
  static async of(root: string, stop: AbortSignal): Promise<ScratchTree> {
    const folder = await mkdtemp(join(tmpdir(), 'token-broker-mutants-'));
    for (const name of copied) {
      const filter = (source: string): boolean => !leftOut.has(basename(source));
      await cp(join(root, name), join(folder, name), { recursive: true, filter });
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    return new ScratchTree(folder, root, stop);
  }

  /**
   * A spec that fails without a fault notices nothing. Each is run once.
   * @throws where it fails, or no test in it runs
   */
  async assertPasses(spec: string): Promise<void> {
    if (this.#passing.has(spec)) return;
    const result = await this.#run(spec);
    if (result.kind === 'failed') throw new Error(`${spec} fails without a fault: ${result.title}`);
    if (result.kind === 'empty') throw new Error(`No test runs in ${spec}.`);
    this.#passing.add(spec);
  }

  /**
   * Runs the spec while the fault is in the copy.
   * @throws TableOutOfDate where the entry does not fit the file
   */
  async runWith(fault: PlantedFault, spec: string): Promise<SpecResult> {
    const text = await readFile(join(this.root, fault.file), 'utf8');
    const path = join(this.folder, fault.file);
    await writeFile(path, withFault(text, fault));
    try {
      return await this.#run(spec);
    } finally {
      await writeFile(path, text);
    }
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  #run(spec: string): Promise<SpecResult> {
    return runSpec(this.folder, spec, this.stop);
  }
}
