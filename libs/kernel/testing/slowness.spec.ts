import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { execPath } from 'node:process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually, idleMilliseconds, slowness } from './index.js';

const busy: ReturnType<typeof spawn>[] = [];

afterEach(() => {
  for (const child of busy.splice(0)) child.kill('SIGKILL');
});

describe('the slowness of the machine', () => {
  it('grows with the number of busy processes', async () => {
    for (let count = 0; count < 3 * availableParallelism(); count += 1)
      busy.push(spawn(execPath, ['-e', 'for(;;);'], { stdio: 'ignore' }));
    await eventually(() => slowness() > 1.5);
  });

  it('is never below 1', () => {
    expect(slowness()).toBeGreaterThanOrEqual(1);
  });
});

describe('the time of an action on an idle machine', () => {
  it('is never more than the elapsed time', async () => {
    let elapsed = 0;
    const idle = await idleMilliseconds(async () => {
      const from = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 50));
      elapsed = performance.now() - from;
    });
    expect(idle).toBeGreaterThan(0);
    expect(idle).toBeLessThanOrEqual(elapsed + 5);
  });

  it('is not told where the action fails', async () => {
    await expect(idleMilliseconds(() => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
  });
});
