import { afterEach, describe, expect, it } from '@jest/globals';
import { Failure } from '#kernel';
import { openDoor, type DoorBench } from './testing/door-bench.js';

const url = '/oauth/callback?code=Ag78aIu&state=65289&scope=write';
const returnTo = 'https://app.example/done?session=S&status=failed';
const navigation = { accept: 'text/html,*/*;q=0.8' };

let door: DoorBench;

afterEach(async () => {
  await door.app.close();
});

function failsWith(code: 'unknown_state' | 'state_already_used', apiVersion: 'v1' | 'v2' | null): void {
  const session = apiVersion === null ? null : { apiVersion, returnTo };
  door.oauth.result = { kind: 'failed', failure: new Failure(code, 'Why not.'), session };
  door.oauth.stateIsUnused = false;
}

function stores(): void {
  door.oauth.result = { kind: 'stored', session: { apiVersion: 'v1', returnTo } };
  door.oauth.stateIsUnused = true;
}

async function statuses(times: number): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let count = 0; count < times; count += 1) seen.push((await door.app.inject({ url })).statusCode);
  return seen;
}

describe('callbacks of one address', () => {
  it('are 429 beyond the limit, but for those with a known, unused state', async () => {
    door = await openDoor({ callbackPerMinute: 2 });
    failsWith('unknown_state', null);
    expect(await statuses(3)).toEqual([400, 400, 429]);
    stores();
    expect(await statuses(20)).toEqual(Array.from({ length: 20 }, () => 200));
    failsWith('state_already_used', 'v1');
    expect(await statuses(1)).toEqual([429]);
    expect(door.fairUse.metrics.lines).toEqual(['refused callback', 'refused callback']);
  });

  it('with a known, unused state leave the count as it is', async () => {
    door = await openDoor({ callbackPerMinute: 2 });
    stores();
    expect(await statuses(10)).toEqual(Array.from({ length: 10 }, () => 200));
    failsWith('unknown_state', null);
    expect(await statuses(3)).toEqual([400, 400, 429]);
    door.fairUse.clock.advance(30_000);
    expect(await statuses(2)).toEqual([400, 429]);
  });

  it('that are refused get a problem, a person a page, and are led nowhere', async () => {
    door = await openDoor({ callbackPerMinute: 1 });
    failsWith('state_already_used', 'v2');
    await statuses(1);
    const [problem, page] = [
      await door.app.inject({ url }),
      await door.app.inject({ url, headers: navigation }),
    ];
    expect([problem.statusCode, page.statusCode]).toEqual([429, 429]);
    expect(problem.headers).toMatchObject({ 'retry-after': '60' });
    expect(problem.json()).toMatchObject({ code: 'rate_limited' });
    expect(page.headers).toMatchObject({ 'retry-after': '60', 'content-type': 'text/html; charset=utf-8' });
    expect(page.body).toContain('There were too many tries from here');
    expect(page.body).not.toMatch(/Ag78aIu|65289/);
  });

  it('have no limit where none is set', async () => {
    door = await openDoor();
    failsWith('unknown_state', null);
    expect(new Set(await statuses(100))).toEqual(new Set([400]));
  });

  it('are not counted for what is only looked at: a preflight, a HEAD', async () => {
    door = await openDoor({ callbackPerMinute: 1 });
    failsWith('unknown_state', null);
    for (const method of ['OPTIONS', 'HEAD'] as const) await door.app.inject({ method, url });
    expect(await statuses(2)).toEqual([400, 429]);
  });
});
