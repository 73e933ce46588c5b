import type { Place } from './world.js';

const rotations = ['strict', 'single_use', 'grace', 'stable'] as const;

/** Every Deskera there may be, with one spool for all replicas and with one for each. */
export const places: Readonly<Record<string, Place>> = Object.fromEntries(
  rotations.flatMap((rotation) =>
    (['shared', 'own'] as const).map((spools) => [`${rotation}/${spools}`, { rotation, spools }]),
  ),
);
