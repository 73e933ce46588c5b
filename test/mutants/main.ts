import { plantedFaults } from './planted-faults.js';
import { ScratchTree } from './scratch-tree.js';

/** `npm run mutants -- [a part of a name]`: plants each fault alone, and exits with 1 where its specs do not notice one. */
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const [part = ''] = process.argv.slice(2);
const faults = plantedFaults.filter(({ name }) => name.includes(part));
if (faults.length === 0) {
  say(`There is no planted fault whose name holds "${part}".`);
  process.exitCode = 1;
}
const tree = await ScratchTree.make();
try {
  for (const fault of faults) {
    const { isNoticed, by } = await tree.outcomeOf(fault);
    say(`${isNoticed ? 'noticed' : 'SURVIVED'}: ${fault.name}\n    ${by}`);
    if (!isNoticed) process.exitCode = 1;
  }
} finally {
  await tree.remove();
}
