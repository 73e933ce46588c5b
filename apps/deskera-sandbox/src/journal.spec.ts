import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Journal } from './state/journal.js';
import { Partner } from './testing/partner.js';

let partner: Partner;
let read = 0;

beforeAll(async () => {
  partner = await Partner.start();
});

beforeEach(async () => {
  await partner.control('POST', '/reset');
  await journal();
});

afterAll(() => partner.sandbox.close());

describe('the journal', () => {
  it('tells what a refresh token was spent for, and that spending it again ended its family', async () => {
    const { deskeraRefreshToken } = await partner.grant({ orgId: '11242' });
    await partner.refreshV1(deskeraRefreshToken);
    await partner.refreshV1(deskeraRefreshToken);
    const entries = await journal(
      (known) => known.filter(({ kind }) => kind === 'refresh_ended').length === 2,
    );
    const [first, second] = entries.filter(({ kind }) => kind === 'issued');
    expect(first).toMatchObject({ orgId: '11242', spentNumber: null });
    expect(second).toMatchObject({ grantId: first?.['grantId'], spentNumber: first?.['number'] });
    expect(entries.filter(({ kind }) => kind === 'refresh_arrived')).toMatchObject([
      { number: first?.['number'], caller: null },
      { number: first?.['number'], caller: null },
    ]);
    expect(entries.filter(({ kind }) => kind === 'refresh_ended')).toMatchObject([
      { outcome: 'succeeded', answered: true },
      { outcome: 'refused', answered: true },
    ]);
    expect(entries.filter(({ kind }) => kind === 'family_revoked')).toHaveLength(1);
    expect(JSON.stringify(entries)).not.toContain('eyJ');
  });

  it('tells that an answer was lost', async () => {
    const { deskeraRefreshToken } = await partner.grant({ orgId: '11242' });
    await partner.control('POST', '/faults', { operation: 'refresh', kind: 'lost-answer' });
    await expect(partner.refreshV1(deskeraRefreshToken)).rejects.toThrow();
    const entries = await journal((known) => known.some(({ kind }) => kind === 'refresh_ended'));
    expect(entries.filter(({ kind }) => kind === 'issued')).toHaveLength(2);
    expect(entries.at(-1)).toMatchObject({ outcome: 'fault_lost_answer', answered: false });
  });

  it('tells of a late answer what it said: a grant, or that there is none', async () => {
    const { deskeraRefreshToken } = await partner.grant({ orgId: '11242' });
    await partner.control('POST', '/faults', {
      operation: 'refresh',
      kind: 'delay',
      times: 2,
      delayMilliseconds: 20,
    });
    await partner.refreshV1(deskeraRefreshToken);
    await partner.refreshV1(deskeraRefreshToken);
    const entries = await journal(
      (known) => known.filter(({ kind }) => kind === 'refresh_ended').length === 2,
    );
    expect(entries.filter(({ kind }) => kind === 'refresh_ended')).toMatchObject([
      { outcome: 'fault_delay', answered: true },
      { outcome: 'refused', answered: true },
    ]);
  });

  it('tells of orgs that were revoked or expired', async () => {
    await partner.control('POST', '/orgs/11242/expire');
    await partner.control('POST', '/orgs/11242/revoke');
    expect(await journal()).toMatchObject([
      { kind: 'org_expired', orgId: '11242' },
      { kind: 'org_revoked', orgId: '11242' },
    ]);
  });

  it('keeps the newest, and says how many it dropped', () => {
    const small = new Journal(10);
    for (let at = 1; at <= 25; at += 1)
      small.write(at, { kind: 'org_expired', orgId: '1', throughNumber: at });
    const { items, dropped } = small.after(0, 100);
    expect(items.at(-1)).toMatchObject({ seq: 25, at: 25 });
    expect(items[0]?.seq).toBe(dropped + 1);
    expect(items.length).toBeLessThanOrEqual(11);
    expect(small.after(24, 100)).toMatchObject({ items: [{ seq: 25 }], dropped: 0 });
  });
});

describe('a code without consent', () => {
  it('is exchanged like any other', async () => {
    const { status, json } = await partner.control('POST', '/codes', { orgId: '11242' });
    expect(status).toBe(201);
    expect(
      (await partner.token('/oauth/token', { grant_type: 'authorization_code', code: String(json['code']) }))
        .json['org'],
    ).toBe('Singapore Org');
  });

  it.each([{ orgId: '1' }, { orgId: '11242', clientId: 'nobody' }])('is refused for %j', async (body) => {
    expect((await partner.control('POST', '/codes', body)).status).toBe(404);
  });
});

type Entry = Readonly<Record<string, unknown>> & { readonly seq: number };

/** What is new; where a condition is given, as soon as that holds. */
async function journal(isComplete: (entries: Entry[]) => boolean = () => true): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const { json } = await partner.control('GET', `/journal?after=${String(read)}`);
    entries.push(...(json['items'] as Entry[]));
    read = entries.at(-1)?.seq ?? read;
    if (isComplete(entries)) return entries;
  }
}
