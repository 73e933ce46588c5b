import type { Surroundings } from '../clock.js';

/** The process's own. A wait keeps it alive: somebody awaits its end. */
export const systemSurroundings: Surroundings = {
  clock: {
    monotonicMilliseconds: () => performance.now(),
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => {
        clearTimeout(timer);
      };
    },
  },
  random: Math.random,
};
