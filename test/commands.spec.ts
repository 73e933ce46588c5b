import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { runProgram } from './mutants/run-program.js';

const projectRoot = fileURLToPath(new URL('../', import.meta.url));
/** No other test starts these from the command line, where Jest's globals are missing. */
const commands = ['bench/main.ts', 'test/chaos/main.ts', 'test/model/main.ts', 'test/mutants/main.ts'];

describe('a command of package.json', () => {
  it.each(commands)('loads, and refuses an option that does not exist: %s', async (command) => {
    const { code, output } = await runProgram(projectRoot, [
      '--expose-gc',
      '--import',
      './test/postgres/typescript-imports.mjs',
      command,
      '--nonsense',
    ]);
    expect(output).toContain('--nonsense');
    expect(code).toBe(1);
  });
});
