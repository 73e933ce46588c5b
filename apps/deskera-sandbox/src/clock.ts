import { setTimeout as after } from 'node:timers/promises';

/** The sandbox's only source of time, so that a test can turn it forward instead of waiting. */
export interface SandboxClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after at least so many milliseconds; keeps no process alive for it. */
  wait(milliseconds: number): Promise<void>;
}

export const systemClock: SandboxClock = {
  now: () => Date.now(),
  wait: async (milliseconds) => {
    if (milliseconds > 0) await after(milliseconds, undefined, { ref: false });
  },
};
