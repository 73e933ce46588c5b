import { describe, expect, it } from '@jest/globals';
import type { DeskeraGrant } from '#deskera';
import { FakeDeskera, granted, passing } from '#deskera/testing';
import { Failure, parseTenantId } from '#kernel';
import { ManualClock } from '#kernel/testing';
import type { RefreshTokenOwner } from '#connections';
import { GrantExaminer } from './grant-examiner.js';

const clock = new ManualClock();
const away = () => Promise.reject(new Failure('broker_unavailable', 'The database does not answer.'));

async function examined(
  ownerOf: () => Promise<RefreshTokenOwner>,
  isAlone = true,
  isClear = true,
  answers: (deskera: FakeDeskera) => DeskeraGrant = (deskera) => deskera.issueGrant(),
) {
  const deskera = new FakeDeskera({ now: () => clock.now() });
  const grant = answers(deskera);
  deskera.grants.expire('11242');
  const examiner = new GrantExaminer(
    { ownerOf } as never,
    { find: away } as never,
    deskera,
    {} as never,
    {} as never,
    { isClearForPair: async () => isClear } as never,
    clock,
  );
  const request = {
    tenantId: parseTenantId('acme'),
    target: { apiVersion: 'v1', apiUrl: 'https://bifrost.example' },
    grant,
    connectNumber: 1,
    requiredOrgId: null,
    activation: 'callback',
    activationSeconds: 900,
    stateSha256: Buffer.alloc(32),
    sessionSha256: Buffer.alloc(32),
    arrivedAtMilliseconds: 0,
    sentAtMilliseconds: 0,
  } as const;
  const { word, spentSha256 } = await examiner.examine(request, isAlone);
  return { word, hasSpent: spentSha256?.equals(grant.refreshToken.sha256()) ?? false };
}

describe('a new grant whose token is bad', () => {
  it('is to be stored as it is where the database goes away before its owner is known', async () => {
    expect(await examined(away)).toEqual({ word: 'invalid', hasSpent: false });
  });

  it('is to be stored as it is where the database goes away before its owner is settled', async () => {
    const ours = async () => ({ kind: 'ours', connectionId: 'connection' }) as const;
    expect(await examined(ours)).toEqual({ word: 'invalid', hasSpent: false });
  });

  it('is traded where nobody holds it, and comes with what was spent for it', async () => {
    expect(await examined(async () => ({ kind: 'nobody' }))).toEqual({ word: 'valid', hasSpent: true });
  });

  it('is not traded where another connect may be at it', async () => {
    const nobody = async () => ({ kind: 'nobody' }) as const;
    expect(await examined(nobody, false)).toEqual({ word: 'invalid', hasSpent: false });
  });

  it('is traded for a token that is past its expiry: it is refreshed before it is handed out', async () => {
    const nobody = async () => ({ kind: 'nobody' }) as const;
    const past = (deskera: FakeDeskera): DeskeraGrant => {
      deskera.answerNext('refresh', granted({ ...deskera.issueGrant(), tokenIsPast: true }));
      return deskera.issueGrant();
    };
    expect(await examined(nobody, true, true, past)).toEqual({ word: 'invalid', hasSpent: true });
  });

  it("is kept, and nothing of the trade, where that brings another org's pair", async () => {
    const nobody = async () => ({ kind: 'nobody' }) as const;
    const foreign = (deskera: FakeDeskera): DeskeraGrant => {
      const other = { id: '99', name: 'Another Org', email: 'two@example.com' };
      deskera.answerNext('refresh', granted(deskera.issueGrant(other)));
      return deskera.issueGrant();
    };
    expect(await examined(nobody, true, true, foreign)).toEqual({ word: 'invalid', hasSpent: false });
  });

  it('is traded for the same bad token: it is refreshed before it is handed out', async () => {
    const nobody = async () => ({ kind: 'nobody' }) as const;
    const same = (deskera: FakeDeskera): DeskeraGrant => {
      const brought = deskera.issueGrant();
      deskera.answerNext('refresh', granted({ ...deskera.issueGrant(), token: brought.token }));
      return brought;
    };
    expect(await examined(nobody, true, true, same)).toEqual({ word: 'invalid', hasSpent: true });
  });

  it.each([
    ['is past its expiry is refreshed before it is handed out', true, 'invalid'],
    ['has not expired is believed', undefined, 'unknown'],
  ] as const)('that Deskera cannot be asked about and %s', async (_, tokenIsPast, word) => {
    const unasked = (deskera: FakeDeskera): DeskeraGrant => {
      deskera.answerNext('validate', passing('timeout'));
      return { ...deskera.issueGrant(), ...(tokenIsPast === undefined ? {} : { tokenIsPast }) };
    };
    expect(await examined(async () => ({ kind: 'nobody' }), true, true, unasked)).toMatchObject({ word });
  });

  it('is not traded while the spool may hold what it brought before', async () => {
    const nobody = async () => ({ kind: 'nobody' }) as const;
    expect(await examined(nobody, true, false)).toEqual({ word: 'invalid', hasSpent: false });
  });
});
