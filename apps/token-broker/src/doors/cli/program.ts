import { Command as Program } from 'commander';
import type { Command } from './command-run.js';
import { listConnections, type ListOptions } from './connections-command.js';
import { newEncryptionKey, rotateEncryption } from './encryption-commands.js';
import * as flag from './flag-values.js';
import { importConnections, type ImportOptions } from './import-command.js';
import {
  addSecret,
  createKey,
  listKeys,
  removeSecret,
  revokeKey,
  type NewKeyOptions,
} from './keys-commands.js';
import { watchConnections } from './watch-command.js';

const epilogue = `
Every command works on the broker's own settings (the same environment variables), and takes --json: one JSON document
on standard output, { "error": { "code", "message" } } where it fails. The log and hints are on standard error.

It ends with 0 where all is done; 1 where it failed; 2 for bad flags, values or settings; 3 where part of it was not
done; 75 where the database or Deskera can't be asked now; 130 after Ctrl-C.`;

/** Runs one command with the options that were read for it. */
export type Runner = <Options>(
  command: Command<Options>,
  options: Options & { readonly json?: boolean },
) => Promise<void>;

export function buildProgram(run: Runner): Program {
  const program = new Program('broker').description("The token broker's command line, for operators.");
  program.addHelpText('after', epilogue).showHelpAfterError('(--help tells more)').exitOverride();
  addKeys(program, run);
  addConnections(program, run);
  addEncryption(program, run);
  return program;
}

function add(program: Program, name: string, description: string): Program {
  return program
    .command(name)
    .description(description)
    .option('--json', 'one JSON document on standard output');
}

function addKeys(program: Program, run: Runner): void {
  add(program, 'keys:create', 'makes a service key, and shows it this once')
    .requiredOption('--name <name>', 'whose it is', flag.nameFlag)
    .requiredOption('--scope <scope>', 'what it may do; may be repeated', flag.scopeFlag)
    .requiredOption('--tenant <tenant>', 'an id, a prefix* or * for all; may be repeated', flag.tenantFlag)
    .option('--expires-at <time>', 'RFC 3339; never where left out', flag.timeFlag)
    .action((options: NewKeyOptions) => run(createKey, options));
  add(program, 'keys:list', 'all service keys, without their secrets').action((options: object) =>
    run(listKeys, options),
  );
  add(program, 'keys:revoke', 'ends a service key on every replica')
    .argument('<keyId>')
    .action((keyId: string, options: object) => run(revokeKey, { ...options, keyId }));
  add(program, 'keys:add-secret', 'gives a service key a second secret, and shows it this once')
    .argument('<keyId>')
    .action((keyId: string, options: object) => run(addSecret, { ...options, keyId }));
  add(program, 'keys:remove-secret', 'ends one of two secrets of a service key on every replica')
    .argument('<keyId>')
    .argument('<number>', 'as keys:list tells it', flag.wholeNumber(1, 999_999_999))
    .action((keyId: string, number: number, options: object) =>
      run(removeSecret, { ...options, keyId, number }),
    );
}

function addConnections(program: Program, run: Runner): void {
  add(program, 'connections:list', 'the connected orgs, oldest first')
    .option('--status <status>', 'only these; disconnected ones are shown no other way', flag.statusFlag)
    .option('--q <text>', 'found in tenant id, org or e-mail')
    .option('--limit <count>', 'of a page, 1 to 200', flag.wholeNumber(1, 200), 50)
    .option('--cursor <cursor>', 'from where another page ended')
    .option('--all', 'every page', false)
    .action((options: ListOptions) => run(listConnections, options));
  add(program, 'connections:watch', 'how they are, until Ctrl-C; with --json one document a line')
    .option('--interval <seconds>', '1 to 3600', flag.wholeNumber(1, 3_600), 5)
    .action((options: { interval: number }) => run(watchConnections, options));
  add(program, 'connections:import', 'brings in grants that exist already, one JSON object a line')
    .argument('<file>', '- is standard input')
    .option('--report <file>', 'what became of each line; beside the file, .report.jsonl, where left out')
    .option('--concurrency <count>', 'lines at once, 1 to 16', flag.wholeNumber(1, 16), 4)
    .option('--retry-refused', 'also lines that were refused before', false)
    .addHelpText(
      'after',
      `
A line is { tenantId, apiVersion, deskeraRefreshToken, deskeraToken?, org? }, as in POST /admin/api/connections. A bad
line stops nothing. Run again with the same file it goes on: lines that are done are known by the report.`,
    )
    .action((file: string, options: Omit<ImportOptions, 'file'>) =>
      run(importConnections, { ...options, file }),
    );
}

function addEncryption(program: Program, run: Runner): void {
  add(program, 'encryption:new-key', 'a new key for ENCRYPTION_KEYS; needs no settings')
    .option('--id <keyId>', 'its name', flag.encryptionKeyIdFlag)
    .action((options: { id?: string }) => run(newEncryptionKey, options));
  add(program, 'encryption:rotate', 'seals all that is stored under the first of ENCRYPTION_KEYS').action(
    (options: object) => run(rotateEncryption, options),
  );
}
