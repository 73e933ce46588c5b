import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const rooms = [
  'kernel',
  'config',
  'observability',
  'crypto',
  'deskera',
  'database',
  'vault',
  'connections',
  'spool',
  'tokens',
  'oauth',
  'access',
  'notifications',
] as const;
const packages = ['pg', 'typeorm', 'fastify', 'jest', 'undeclared'] as const;

export interface Finding {
  readonly rule: string;
  readonly file: string;
}

interface CruiseResult {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

/** A house with all its rooms, each with something in it, under the rules of this one. */
export async function buildHouse(folder: string): Promise<void> {
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) await cp(file, join(folder, file));
  await write(folder, 'package.json', await manifest());
  for (const room of rooms) {
    await write(folder, `libs/${room}/index.ts`, "export * from './thing.js';\n");
    await write(folder, `libs/${room}/thing.ts`, 'export const thing = 1;\n');
    await write(folder, `libs/${room}/internal/thing.ts`, 'export const thing = 1;\n');
    await write(folder, `libs/${room}/testing/index.ts`, 'export const fake = 1;\n');
  }
  await write(folder, 'libs/database/sql.ts', 'export const statement = 1;\n');
  await write(folder, 'apps/deskera-sandbox/src/index.ts', 'export const sandbox = 1;\n');
  for (const name of packages) {
    await write(
      folder,
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    );
    await write(folder, `node_modules/${name}/index.js`, 'module.exports = 1;\n');
  }
}

export async function write(folder: string, file: string, text: string): Promise<void> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** What the rules have to say of the house. */
export async function inspectHouse(folder: string): Promise<readonly Finding[]> {
  const cruiser = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [
    cruiser,
    'apps',
    'libs',
    'migrations',
    'test',
    '--config',
    '.dependency-cruiser.cjs',
    '-T',
    'json',
  ];
  // It exits with the number of violations: what it found is on its output all the same.
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: folder,
    maxBuffer: 50_000_000,
  }).catch((error: unknown) => error as { stdout: string });
  const { summary } = JSON.parse(stdout) as CruiseResult;
  return summary.violations.map(({ rule, from }) => ({ rule: rule.name, file: from }));
}

/** The names of all rules there are. */
export async function ruleNames(): Promise<readonly string[]> {
  const rules = (await import(resolve('.dependency-cruiser.cjs'))) as {
    default: Record<'forbidden' | 'required', readonly { readonly name: string }[]>;
  };
  return [...rules.default.forbidden, ...rules.default.required].map(({ name }) => name);
}

/** Our own names for the rooms, and the packages that are declared. */
async function manifest(): Promise<string> {
  const { imports } = JSON.parse(await readFile('package.json', 'utf8')) as {
    imports: Record<string, unknown>;
  };
  const room = (path: string): Record<string, string> => ({
    source: `./libs/${path}.ts`,
    default: `./dist/libs/${path}.js`,
  });
  return JSON.stringify({
    name: 'house',
    type: 'module',
    imports: {
      ...imports,
      '#access/testing': room('access/testing/index'),
    },
    dependencies: { pg: '1.0.0', typeorm: '1.0.0', fastify: '1.0.0' },
    devDependencies: { jest: '1.0.0' },
  });
}
