import { describe, expect, it } from '@jest/globals';
import { describeDeskera } from './deskera-contract.js';
import { FakeDeskera, grantOf, fakeToken, granted, ourFault, passing } from './index.js';

const target = { apiVersion: 'v1', apiUrl: 'https://api.deskera.example' } as const;

describeDeskera('the Deskera in memory', () => {
  const deskera = new FakeDeskera();
  return Promise.resolve({
    deskera,
    target: (apiVersion) => ({ ...target, apiVersion }),
    code: () => Promise.resolve(deskera.issueCode()),
    expireTokens: () => {
      deskera.grants.expire('11242');
      return Promise.resolve();
    },
    revokeGrants: () => {
      deskera.grants.revoke('11242');
      return Promise.resolve();
    },
    failNext: (operation, how) => {
      deskera.answerNext(operation, passing(how, how === 'rate_limited' ? 7 : null));
      return Promise.resolve();
    },
    loseNext: (operation) => {
      deskera.loseNext(operation);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});

describe('the Deskera in memory', () => {
  const refreshOf = (deskera: FakeDeskera, refreshToken = deskera.issueGrant().refreshToken) =>
    deskera.refresh(target, {
      refreshToken,
      identity: { tenantId: null, userName: null },
      mayStillSend: () => true,
    });

  it('gives the scripted answers first, each once, and keeps what was sent', async () => {
    const deskera = new FakeDeskera();
    const own = grantOf(fakeToken({ tenantId: 7 }), fakeToken());
    deskera.answerNext('refresh', ourFault(), granted(own), (call) =>
      passing(call.operation === 'refresh' ? 'timeout' : 'reset'),
    );
    const { refreshToken } = deskera.issueGrant();
    expect(await refreshOf(deskera, refreshToken)).toMatchObject({ kind: 'our_fault' });
    expect(await refreshOf(deskera, refreshToken)).toMatchObject({ grant: { orgId: '7' } });
    expect(await refreshOf(deskera, refreshToken)).toMatchObject({ reason: 'timeout', definite: false });
    expect(await refreshOf(deskera, refreshToken)).toMatchObject({ kind: 'granted' });
    expect(deskera.callsOf('refresh')).toHaveLength(4);
    expect(deskera.calls[3]?.sent).toBe(refreshToken);
  });

  it('keeps a call open until it is released', async () => {
    const deskera = new FakeDeskera();
    const held = deskera.holdNext('refresh');
    const refreshing = refreshOf(deskera);
    await held.arrived;
    expect(await Promise.race([refreshing, Promise.resolve('open')])).toBe('open');
    held.release();
    expect(await refreshing).toMatchObject({ kind: 'granted' });
  });

  it('may keep refresh tokens and leave out exp', async () => {
    const deskera = new FakeDeskera({ rotation: 'stable', tokenLifeSeconds: null });
    const { refreshToken } = deskera.issueGrant();
    const outcome = await refreshOf(deskera, refreshToken);
    expect(outcome).toMatchObject({ grant: { refreshToken, tokenLifeSeconds: null } });
    expect(deskera.grants.spentShownAgain).toBe(0);
  });
});
