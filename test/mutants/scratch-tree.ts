import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlantedFault } from './planted-faults.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What the specs of the rooms need. */
const copied = [
  'apps',
  'bench',
  'docs',
  'libs',
  'migrations',
  'test',
  '.swcrc',
  'jest.config.js',
  'package.json',
  'tsconfig.json',
];

/** What became of the specs that ran with a fault in the sources. */
export interface Outcome {
  readonly isNoticed: boolean;
  /** The first test that failed. */
  readonly by: string;
}

/** A copy of the sources, into which faults are planted one at a time. The working tree is never touched. */
export class ScratchTree {
  private constructor(readonly folder: string) {}

  static async make(): Promise<ScratchTree> {
    const folder = await mkdtemp(join(tmpdir(), 'token-broker-mutants-'));
    for (const name of copied) await cp(join(root, name), join(folder, name), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    return new ScratchTree(folder);
  }

  /** Runs the specs that have to notice the fault, with it in the sources. */
  async outcomeOf(fault: PlantedFault): Promise<Outcome> {
    const path = join(this.folder, fault.file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, planted(text, fault));
    try {
      return await this.#run(fault.noticedBy);
    } finally {
      await writeFile(path, text);
    }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #run(specs: readonly string[]): Promise<Outcome> {
    const jest = join(this.folder, 'node_modules/jest/bin/jest.js');
    const args = [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      jest,
      '--no-cache',
      ...specs,
    ];
    const child = spawn(process.execPath, args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const first = /● (.+)/.exec(said)?.[1];
    return {
      isNoticed: code !== 0 && first !== undefined,
      by: first ?? said.trim().split('\n').at(-1) ?? '',
    };
  }
}

/** @throws where the search text does not stand once in the file: the table is out of date */
export function planted(text: string, { name, file, search, replacement }: PlantedFault): string {
  const found = text.split(search).length - 1;
  if (found !== 1) throw new Error(`${name}: the search text stands ${String(found)} times in ${file}`);
  return text.replace(search, () => replacement);
}
