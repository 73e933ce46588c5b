import { chaosFaults } from './chaos-faults.js';
import { ruleFaults } from './rule-faults.js';
import { surroundingsFaults } from './surroundings-faults.js';
import type { PlantedFault } from './planted-fault.js';

/** All of them, in the order in which they are planted. */
export const plantedFaults: readonly PlantedFault[] = [...ruleFaults, ...chaosFaults, ...surroundingsFaults];
