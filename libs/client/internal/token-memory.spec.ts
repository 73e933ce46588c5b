import { describe, expect, it } from '@jest/globals';
import type { DeskeraToken } from '../shapes.js';
import { QuickClock, sampleToken } from '../testing/index.js';
import { TokenMemory, usableUntil, type TokenRead } from './token-memory.js';

const date = new Date('2026-11-23T11:00:00Z');

function read(members: Partial<DeskeraToken> = {}, more: Partial<TokenRead> = {}): TokenRead {
  return { token: sampleToken('t', members), date, sentAt: 1_000, ...more };
}

describe('how long a token may be used again', () => {
  it.each([
    ['as long as is wished', read(), 11_000],
    ['where it lives long', read({ expiresAt: '2026-11-23T12:00:00Z' }), 11_000],
    ['to half a minute before its end', read({ expiresAt: '2026-11-23T11:00:35Z' }), 6_000],
    [
      'not at all where its life is not known to be long',
      read({ expiresAt: '2026-11-23T12:00:00Z' }, { date: null }),
      0,
    ],
    ['not at all where something was missing', read({ degraded: 'deskera_unavailable' }), 0],
  ])('%s', (_, answer, until) => {
    expect(usableUntil(answer, 10)).toBe(until);
  });

  it('is no time at all for one that is about to end', () => {
    expect(usableUntil(read({ expiresAt: '2026-11-23T11:00:20Z' }), 10)).toBeLessThan(1_000);
  });
});

describe('the memory', () => {
  it('forgets with time', () => {
    const clock = new QuickClock();
    const memory = new TokenMemory(10, clock);
    memory.keep(undefined, read());
    expect(memory.find('acme', undefined)?.deskeraToken).toBe('t');
    expect(memory.find('acme', '11242')).toBeNull();
    expect(memory.find('other', undefined)).toBeNull();
    clock.now = 11_000;
    expect(memory.find('acme', undefined)).toBeNull();
  });

  it('forgets a tenant, under all its names', () => {
    const memory = new TokenMemory(10, new QuickClock());
    memory.keep(undefined, read());
    memory.keep('11242', read());
    memory.keep(undefined, read({ tenantId: 'other' }));
    memory.forget('acme');
    expect(memory.find('acme', undefined)).toBeNull();
    expect(memory.find('acme', '11242')).toBeNull();
    expect(memory.find('other', undefined)).not.toBeNull();
  });

  it('keeps nothing unless it is wished', () => {
    const memory = new TokenMemory(0, new QuickClock());
    memory.keep(undefined, read());
    expect(memory.find('acme', undefined)).toBeNull();
  });

  it('keeps a thousand tokens, the newest', () => {
    const memory = new TokenMemory(10, new QuickClock());
    for (let index = 0; index <= 1_000; index += 1)
      memory.keep(undefined, read({ tenantId: `t${String(index)}` }));
    expect(memory.find('t0', undefined)).toBeNull();
    expect(memory.find('t1', undefined)).not.toBeNull();
    expect(memory.find('t1000', undefined)).not.toBeNull();
  });
});
