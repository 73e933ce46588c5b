/**
 * `npm start` and `npm run demo`: builds where the sources are newer than the last build, then runs the program of the
 * given name. Node.js runs this very file from its source, so nothing need have been built before.
 */
import { spawnSync } from 'node:child_process';
import { globSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';

const root = new URL('../../', import.meta.url);
const programs: Record<string, string> = {
  start: 'dist/apps/local/src/main.js',
  demo: 'dist/apps/local/src/demo.js',
};
/** Written by every build. */
const builtFile = new URL('dist/apps/token-broker/src/main.js', root);

const program = programs[process.argv[2] ?? ''];
if (program === undefined) throw new Error(`name one of: ${Object.keys(programs).join(', ')}`);
if (newestSource() > modified(builtFile)) build();
await import(new URL(program, root).href);

/** The client package is built by itself, elsewhere: what it writes into its folder is no source of ours. */
function newestSource(): number {
  const sources = globSync(['{apps,libs,migrations}/**/*.ts', 'package.json', 'nest-cli.json', '.swcrc'], {
    cwd: root,
    exclude: ['libs/client/**'],
  });
  return Math.max(...sources.map((path) => modified(new URL(path, root))));
}

function modified(file: URL): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function build(): void {
  const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  // What a failed build leaves must not pass for up to date the next time.
  rmSync(builtFile, { force: true });
  process.exit(1);
}
