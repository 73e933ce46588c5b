import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import { ourFault, passing, refused } from '../testing/index.js';
import { usualOptions } from '../testing/wired-deskera.js';
import { Breakers } from './breakers.js';
import { ObservedGate } from './observed-gate.js';
import { ClientSecretSelector } from './client-secret-selector.js';

const here = { apiVersion: 'v2', apiUrl: 'https://api.deskera.example/' } as const;
const there = { apiVersion: 'v2', apiUrl: 'https://api-us.deskera.example' } as const;

let clock: ManualClock;
let breakers: Breakers;
let registrations: ClientSecretSelector;
let gate: ObservedGate;

beforeEach(() => {
  RecordedLogs.silence();
  clock = new ManualClock();
  breakers = new Breakers(clock);
  registrations = new ClientSecretSelector(usualOptions, clock);
  gate = new ObservedGate(breakers, registrations);
});

describe('the gate', () => {
  it('is open until something is known', () => {
    expect(gate.closedApiUrls()).toEqual([]);
    expect(gate.holdsBack(here, 'refresh')).toBeNull();
  });

  it('holds back every call to a host that is away, and to no other', async () => {
    for (let call = 0; call < 10; call += 1)
      await breakers.run(here.apiUrl, () => Promise.resolve(passing('reset')));
    expect(gate.closedApiUrls()).toEqual([here.apiUrl]);
    expect(gate.holdsBack(here, 'validate')).toBe('deskera_unavailable');
    expect(gate.holdsBack(there, 'refresh')).toBeNull();
  });

  it('lets a probe through after the pause', async () => {
    for (let call = 0; call < 10; call += 1)
      await breakers.run(here.apiUrl, () => Promise.resolve(passing('reset')));
    expect(gate.probedApiUrls()).toEqual([]);
    clock.advance(1_000);
    expect(gate.holdsBack(here, 'refresh')).toBeNull();
    expect(gate.probedApiUrls()).toEqual([here.apiUrl]);
    expect(gate.awaitsProbe(there.apiUrl)).toBe(false);
    await breakers.run(here.apiUrl, () => Promise.resolve(refused()));
    expect(gate.closedApiUrls()).toEqual([]);
    expect(gate.probedApiUrls()).toEqual([]);
  });

  it('holds back what carries a client that is refused: no check, and no refresh of V1', async () => {
    for (const subject of ['one', 'another'])
      await registrations.run({ target: here, subject, operation: 'refresh' }, () =>
        Promise.resolve(ourFault('client_refused')),
      );
    expect(gate.holdsBack(here, 'refresh')).toBe('client_refused');
    expect(gate.holdsBack(here, 'validate')).toBeNull();
    expect(gate.holdsBack({ ...here, apiVersion: 'v1' }, 'refresh')).toBeNull();
    clock.advance(30_000);
    expect(gate.holdsBack(here, 'refresh')).toBeNull();
  });
});
