import type { PlantedFault } from './fault.js';
import { plantedFaults } from './planted-faults.js';
import { ScratchTree, type Outcome } from './scratch-tree.js';

/**
 * `npm run mutants -- [--chaos] [part of a name]`: plants each fault alone. Exits with 1 where its specs, or with `--chaos` three
 * runs of chaos, do not notice one, and where a spec fails without a fault.
 */
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seeds = [1, 2, 3];

const words = process.argv.slice(2);
const isChaos = words[0] === '--chaos';
const [part = ''] = isChaos ? words.slice(1) : words;
const faults = plantedFaults.filter(
  ({ name, chaosNotices }) => name.includes(part) && (!isChaos || chaosNotices !== undefined),
);

if (faults.length === 0) {
  say(`There is no planted fault whose name contains "${part}".`);
  process.exitCode = 1;
} else await plantAll();

async function plantAll(): Promise<void> {
  const tree = await ScratchTree.make();
  try {
    if (isChaos) await plantBeneathChaos(tree);
    else if (await passWithoutFaults(tree))
      for (const fault of faults) report(fault, await tree.specsWith(fault));
  } finally {
    await tree.remove();
  }
}

/** A spec that fails by itself notices every fault. */
async function passWithoutFaults(tree: ScratchTree): Promise<boolean> {
  const failing = await tree.failingSpecs([...new Set(faults.flatMap(({ noticedBy }) => noticedBy))]);
  for (const spec of failing) say(`FAILS WITHOUT A FAULT: ${spec}`);
  if (failing.length > 0) process.exitCode = 1;
  return failing.length === 0;
}

async function plantBeneathChaos(tree: ScratchTree): Promise<void> {
  for (const fault of faults)
    if (fault.chaosNotices !== undefined)
      report(fault, await tree.chaosWith(fault, fault.chaosNotices, seeds));
}

function report({ name }: PlantedFault, { isNoticed, by }: Outcome): void {
  say(`${isNoticed ? 'noticed' : 'SURVIVED'}: ${name}\n    ${by}`);
  if (!isNoticed) process.exitCode = 1;
}
