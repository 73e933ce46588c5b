import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../chaos/findings.js';
import type { ChaosNotices, Edit, PlantedFault } from './fault.js';
import { runProgram } from './run-program.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What the specs, the build and chaos need. */
const copied = [
  'apps',
  'bench',
  'docs',
  'libs',
  'migrations',
  'test',
  '.swcrc',
  'jest.config.js',
  'nest-cli.json',
  'package.json',
  'tsconfig.json',
];
/** The result of a run with a fault in the sources. */
export interface Outcome {
  readonly isNoticed: boolean;
  /** The first test that failed, or the first finding of chaos. */
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

  /** Runs the specs that have to notice the fault, with the fault in the sources. */
  async specsWith(fault: PlantedFault): Promise<Outcome> {
    return this.#with([fault], () => this.#runSpecs(fault.noticedBy));
  }

  /** @returns those of the specs that fail without any fault */
  async failingSpecs(specs: readonly string[]): Promise<readonly string[]> {
    const failing: string[] = [];
    for (const spec of specs) if ((await this.#runSpecs([spec])).isNoticed) failing.push(spec);
    return failing;
  }

  /** Runs chaos for a minute with each seed until one run notices the fault. */
  async chaosWith(fault: Edit, notices: ChaosNotices, seeds: readonly number[]): Promise<Outcome> {
    return this.#with([fault, ...notices.withoutGuards], async () => {
      const { code, output } = await runProgram(this.folder, [
        'node_modules/@nestjs/cli/bin/nest.js',
        'build',
      ]);
      if (code !== 0) throw new Error(`The build failed.\n${output}`);
      for (const seed of seeds) {
        const found = await this.#runChaos(seed, notices.as);
        if (found !== null) return { isNoticed: true, by: `seed ${String(seed)}: ${found}` };
      }
      return { isNoticed: false, by: `no finding with the seeds ${seeds.join(', ')}` };
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #with([edit, ...further]: readonly Edit[], run: () => Promise<Outcome>): Promise<Outcome> {
    if (edit === undefined) return run();
    const path = join(this.folder, edit.file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, planted(text, edit));
    try {
      return await this.#with(further, run);
    } finally {
      await writeFile(path, text);
    }
  }

  async #runSpecs(specs: readonly string[]): Promise<Outcome> {
    const { code, output } = await runProgram(this.folder, [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--no-cache',
      ...specs,
    ]);
    const first = /● (.+)/.exec(output)?.[1];
    return {
      isNoticed: code !== 0 && first !== undefined,
      by: first ?? output.trim().split('\n').at(-1) ?? '',
    };
  }

  /** @returns the first of these findings; null: the run had none of them */
  async #runChaos(seed: number, as: readonly Finding[]): Promise<string | null> {
    const { code, output } = await runProgram(this.folder, [
      '--import',
      './test/postgres/typescript-imports.mjs',
      'test/chaos/main.ts',
      ...['--seed', String(seed), '--seconds', '60'],
    ]);
    const findings = [...output.matchAll(/^! (.+)/gm)].map(([, finding = '']) => finding);
    if (code !== 0 && findings.length === 0)
      throw new Error(`Chaos ended without a finding.\n${output.slice(-2_000)}`);
    return findings.find((finding) => as.some((name) => finding.startsWith(`${name}:`))) ?? null;
  }
}

/** @throws where the search text does not stand once in the file: the table is out of date */
export function planted(text: string, { file, search, replacement }: Edit): string {
  const found = text.split(search).length - 1;
  if (found !== 1) throw new Error(`${file} holds this text ${String(found)} times: ${search}`);
  return text.replace(search, () => replacement);
}
