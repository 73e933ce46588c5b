import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const packageFolder = join(root, 'libs/client');
const run = promisify(execFile);

interface PackReport {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** A folder outside of the repository with the packed client in its `node_modules`, as a sibling's repository has it. */
export class PackedClient implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    /** What is in the tarball. */
    readonly files: readonly string[],
  ) {}

  /** Packs it as `npm pack ./libs/client` does, and installs the tarball without a registry. */
  static async install(): Promise<PackedClient> {
    const folder = await mkdtemp(join(tmpdir(), 'sibling-service-'));
    const packing = await npm(root, 'pack', './libs/client', '--json', '--pack-destination', folder);
    const [report] = JSON.parse(packing.slice(packing.indexOf('['))) as PackReport[];
    if (report === undefined) throw new Error('npm packed nothing');
    await writeFile(join(folder, 'package.json'), '{ "name": "sibling", "private": true, "type": "module" }');
    const tarball = join(folder, report.filename.replaceAll('/', '-').replace('@', ''));
    await npm(folder, 'install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball);
    return new PackedClient(
      folder,
      report.files.map(({ path }) => path),
    );
  }

  async write(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    return path;
  }

  /** Lets the folder use a package of this repository: what a sibling has installed by itself. */
  async lend(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const path = join(this.folder, 'node_modules', name);
      await mkdir(dirname(path), { recursive: true });
      await symlink(join(root, 'node_modules', name), path);
    }
  }

  /** Runs one of the folder's programs to its end. @returns what it wrote on stdout */
  async node(...args: readonly string[]): Promise<string> {
    return (await run(execPath, args, { cwd: this.folder })).stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The n-th block of that language in the package's README, as a reader would copy it. */
export async function readmeBlock(language: string, index = 0): Promise<string> {
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, name]) => name === language);
  const text = blocks[index]?.[2];
  if (text === undefined) throw new Error(`the README has no such block of ${language}`);
  return text;
}

async function npm(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('npm', args, { cwd });
  return stdout;
}
