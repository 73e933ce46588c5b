import { describe, expect, it } from '@jest/globals';
import { PageTurns } from './page-turns.js';

const from = (ip: string): { ip: string } => ({ ip });

describe('pages that anybody may ask for', () => {
  it('are made four at a time, in the order of their requests', async () => {
    const turns = new PageTurns();
    const gates = Array.from({ length: 6 }, () => Promise.withResolvers<undefined>());
    const begun: number[] = [];
    const pages = gates.map(({ promise }, index) =>
      turns.take(from('192.0.2.1'), () => {
        begun.push(index);
        return promise;
      }),
    );
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1, 2, 3]);
    gates[2]?.resolve(undefined);
    await pages[2];
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    for (const { resolve } of gates) resolve(undefined);
    await Promise.all(pages);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('are refused beyond a hundred of one address that wait, and those of others are made', async () => {
    const turns = new PageTurns();
    const gate = Promise.withResolvers<string>();
    const flood = Array.from({ length: 104 }, () => turns.take(from('192.0.2.1'), () => gate.promise));
    await expect(turns.take(from('192.0.2.1'), () => gate.promise)).rejects.toMatchObject({
      code: 'broker_unavailable',
      retryAfterSeconds: 1,
    });
    const other = turns.take(from('198.51.100.7'), () => gate.promise);
    gate.resolve('a page');
    expect(await other).toBe('a page');
    await Promise.all(flood);
    expect(await turns.take(from('192.0.2.1'), () => Promise.resolve('again'))).toBe('again');
  });

  it('are refused beyond four hundred that wait', async () => {
    const turns = new PageTurns();
    const gate = Promise.withResolvers<undefined>();
    const flood = Array.from({ length: 404 }, (_, index) =>
      turns.take(from(`192.0.2.${String(index % 200)}`), () => gate.promise),
    );
    await expect(turns.take(from('198.51.100.7'), () => gate.promise)).rejects.toMatchObject({
      code: 'broker_unavailable',
    });
    gate.resolve(undefined);
    await Promise.all(flood);
  });

  it('that fail give their turn back', async () => {
    const turns = new PageTurns();
    for (let failures = 0; failures < 10; failures += 1) {
      const failing = turns.take(from('192.0.2.1'), () => Promise.reject(new Error('away')));
      await expect(failing).rejects.toThrow('away');
    }
    expect(await turns.take(from('192.0.2.1'), () => Promise.resolve('a page'))).toBe('a page');
  });
});
