import { argv } from 'node:process';
import { startRunServer, discardRunServer } from '../postgres/run-server.js';
import { announcedServer } from '../postgres/environment.js';
import { plantedFaults } from './faults.js';
import { TableOutOfDate, type PlantedFault } from './planted-fault.js';
import { projectRoot } from './project-root.js';
import { ScratchTree } from './scratch-tree.js';

/**
 * `npm run mutants [-- --list] [-- <part of a name>…]`: exits with 1 where a fault stays unnoticed, or the table is out of
 * date.
 */
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const words = argv.slice(2);
const isListing = words.includes('--list');
const filters = words.filter((word) => !word.startsWith('--'));
const chosen = plantedFaults.filter(
  ({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)),
);
const unknown = words.filter((word) => word.startsWith('--') && word !== '--list');

if (unknown.length > 0 || chosen.length === 0) {
  say(unknown.length > 0 ? `Unknown: ${unknown.join(' ')}` : 'No planted fault has such a name.');
  process.exitCode = 1;
} else if (isListing) {
  for (const { name, file, specs } of chosen) say(`${name}\n  ${file}\n  ${specs.join('\n  ')}`);
} else await plantAll();

async function plantAll(): Promise<void> {
  // A run that is broken off leaves neither a server nor a copy nor a spec that runs.
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const tree = await ScratchTree.of(projectRoot, stopping.signal);
  try {
    await startRunServer();
    announcedServer();
    let unnoticed = 0;
    for (const fault of chosen) if (!(await isNoticed(tree, fault))) unnoticed += 1;
    say(`${String(chosen.length - unnoticed)} noticed, ${String(unnoticed)} not`);
    if (unnoticed > 0) process.exitCode = 1;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    await discardRunServer();
    await tree.remove();
  }
}

async function isNoticed(tree: ScratchTree, fault: PlantedFault): Promise<boolean> {
  try {
    const noticedBy = await firstToNotice(tree, fault);
    say(
      noticedBy === null
        ? `NOT NOTICED ${fault.name} (${fault.file})`
        : `noticed ${fault.name}\n  ${noticedBy}`,
    );
    return noticedBy !== null;
  } catch (error) {
    if (!(error instanceof TableOutOfDate)) throw error;
    say(error.message);
    return false;
  }
}

/** @returns the spec and its test; null: none */
async function firstToNotice(tree: ScratchTree, fault: PlantedFault): Promise<string | null> {
  for (const spec of fault.specs) {
    await tree.assertPasses(spec);
    const result = await tree.runWith(fault, spec);
    if (result.kind === 'failed') return `${spec}\n  ${result.title}`;
  }
  return null;
}
