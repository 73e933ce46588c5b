import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiVersions, Secret, type ApiVersion } from '#kernel';
import type { Deskera, DeskeraTarget } from '../deskera.js';
import type { DeskeraGrant } from '../grant.js';
import type { GrantOutcome } from '../outcome.js';

/** A Deskera with somebody behind it who consents, revokes and breaks things. Its org is 11242, Singapore Org. */
export interface DeskeraStage {
  readonly deskera: Deskera;
  target(apiVersion: ApiVersion): DeskeraTarget;
  /** A code as it comes with a callback. */
  code(apiVersion: ApiVersion): Promise<Secret>;
  expireTokens(): Promise<void>;
  revokeGrants(): Promise<void>;
  failNext(
    operation: 'exchange' | 'refresh' | 'validate',
    how: 'server_error' | 'rate_limited',
  ): Promise<void>;
  /** The next one is done, and its answer is lost on the way. */
  loseNext(operation: 'exchange' | 'refresh'): Promise<void>;
  close(): Promise<void>;
}

/** What every `Deskera` does, the real one and those that stand in for it. */
export function describeDeskera(name: string, open: () => Promise<DeskeraStage>): void {
  describe(name, () => {
    let stage: DeskeraStage;
    beforeAll(async () => {
      stage = await open();
    });
    afterAll(() => stage.close());

    describe.each(apiVersions)('%s', (apiVersion) => {
      exchangeContract(apiVersion, () => stage);
      refreshContract(apiVersion, () => stage);
      troubleContract(apiVersion, () => stage);
    });
  });
}

type StageNow = () => DeskeraStage;

function exchangeContract(apiVersion: ApiVersion, stage: StageNow): void {
  it('trades a code once for a grant of its org', async () => {
    const { deskera, target, code } = bound(stage());
    const fresh = await code(apiVersion);
    const grant = grantIn(await deskera.exchangeCode(target(apiVersion), fresh));
    expect(grant).toMatchObject({ orgId: '11242', orgName: 'Singapore Org' });
    expect(grant.tokenLifeSeconds).toBeGreaterThan(0);
    expect(grant.refreshTokenLifeSeconds).toBeGreaterThan(grant.tokenLifeSeconds ?? 0);
    expect(await deskera.validate(target(apiVersion), grant.token)).toEqual({ kind: 'valid' });
    expect(await deskera.exchangeCode(target(apiVersion), fresh)).toMatchObject({ kind: 'refused' });
  });

  it('refuses a code that is not known', async () => {
    const { deskera, target } = bound(stage());
    const outcome = await deskera.exchangeCode(target(apiVersion), Secret.of('unknown'));
    expect(outcome).toMatchObject({ kind: 'refused', definite: true });
  });

  it('names the auth page, with redirect_uri in V1 alone', () => {
    const request = { apiVersion, state: Secret.of('65289'), landingUrl: 'https://app.example/done' };
    const { searchParams } = new URL(stage().deskera.authPageUrl(request));
    expect(searchParams.get('state')).toBe('65289');
    expect(searchParams.get('scope')).toBe('write');
    expect(searchParams.get('response_type')).toBe('code');
    expect(searchParams.get('redirect_uri')).toBe(apiVersion === 'v1' ? request.landingUrl : null);
  });
}

function refreshContract(apiVersion: ApiVersion, stage: StageNow): void {
  it('refreshes what has expired', async () => {
    const { deskera, target, expireTokens, connect, refresh } = bound(stage());
    const first = await connect(apiVersion);
    await expireTokens();
    expect(await deskera.validate(target(apiVersion), first.token)).toEqual({ kind: 'invalid' });
    const second = grantIn(await refresh(apiVersion, first));
    expect(second.orgId).toBe('11242');
    expect(second.token.reveal()).not.toBe(first.token.reveal());
    expect(await deskera.validate(target(apiVersion), second.token)).toEqual({ kind: 'valid' });
  });

  it('refuses a refresh token that was spent, and ends what came of it', async () => {
    const { deskera, target, connect, refresh } = bound(stage());
    const first = await connect(apiVersion);
    const second = grantIn(await refresh(apiVersion, first));
    expect(await refresh(apiVersion, first)).toMatchObject({ kind: 'refused', definite: true });
    expect(await refresh(apiVersion, second)).toMatchObject({ kind: 'refused' });
    expect(await deskera.validate(target(apiVersion), second.token)).toEqual({ kind: 'invalid' });
  });

  it('refuses what was revoked', async () => {
    const { deskera, target, revokeGrants, connect, refresh } = bound(stage());
    const grant = await connect(apiVersion);
    await revokeGrants();
    expect(await deskera.validate(target(apiVersion), grant.token)).toEqual({ kind: 'invalid' });
    expect(await refresh(apiVersion, grant)).toMatchObject({ kind: 'refused', definite: true });
  });

  it('sends nothing that may not be sent any more', async () => {
    const { connect, refresh } = bound(stage());
    const grant = await connect(apiVersion);
    const outcome = await refresh(apiVersion, grant, () => false);
    expect(outcome).toMatchObject({ kind: 'passing', reason: 'not_sent', definite: true });
    expect(await refresh(apiVersion, grant)).toMatchObject({ kind: 'granted' });
  });
}

function troubleContract(apiVersion: ApiVersion, stage: StageNow): void {
  it("does not know after a server's error", async () => {
    const { deskera, target, failNext, connect, refresh } = bound(stage());
    const grant = await connect(apiVersion);
    await failNext('refresh', 'server_error');
    const unknown = { kind: 'passing', reason: 'server_error', definite: false };
    expect(await refresh(apiVersion, grant)).toMatchObject(unknown);
    await failNext('validate', 'server_error');
    expect(await deskera.validate(target(apiVersion), grant.token)).toMatchObject(unknown);
    expect(await refresh(apiVersion, grant)).toMatchObject({ kind: 'granted' });
  });

  it('knows after a 429 that nothing was done, and when to come again', async () => {
    const { failNext, connect, refresh } = bound(stage());
    const grant = await connect(apiVersion);
    await failNext('refresh', 'rate_limited');
    expect(await refresh(apiVersion, grant)).toMatchObject({
      kind: 'passing',
      reason: 'rate_limited',
      definite: true,
      retryAfterSeconds: 7,
    });
    expect(await refresh(apiVersion, grant)).toMatchObject({ kind: 'granted' });
  });

  it('does not know after a lost answer, and hears that the refresh token was spent', async () => {
    const { deskera, target, code, loseNext, connect, refresh } = bound(stage());
    const lost = { kind: 'passing', reason: 'reset', definite: false };
    const grant = await connect(apiVersion);
    await loseNext('refresh');
    expect(await refresh(apiVersion, grant)).toMatchObject(lost);
    expect(await refresh(apiVersion, grant)).toMatchObject({ kind: 'refused' });
    await loseNext('exchange');
    const fresh = await code(apiVersion);
    expect(await deskera.exchangeCode(target(apiVersion), fresh)).toMatchObject(lost);
    expect(await deskera.exchangeCode(target(apiVersion), fresh)).toMatchObject({ kind: 'refused' });
  });
}

/** The stage's doings as plain functions, and the two that every test begins with. */
function bound(stage: DeskeraStage) {
  const connect = async (apiVersion: ApiVersion): Promise<DeskeraGrant> =>
    grantIn(await stage.deskera.exchangeCode(stage.target(apiVersion), await stage.code(apiVersion)));
  const refresh = (
    apiVersion: ApiVersion,
    { refreshToken, orgId, email }: DeskeraGrant,
    mayStillSend: () => boolean = () => true,
  ): Promise<GrantOutcome> =>
    stage.deskera.refresh(stage.target(apiVersion), {
      refreshToken,
      identity: { tenantId: orgId, userName: email },
      mayStillSend,
    });
  return {
    deskera: stage.deskera,
    target: (apiVersion: ApiVersion) => stage.target(apiVersion),
    code: (apiVersion: ApiVersion) => stage.code(apiVersion),
    expireTokens: () => stage.expireTokens(),
    revokeGrants: () => stage.revokeGrants(),
    failNext: (...how: Parameters<DeskeraStage['failNext']>) => stage.failNext(...how),
    loseNext: (operation: 'exchange' | 'refresh') => stage.loseNext(operation),
    connect,
    refresh,
  };
}

function grantIn(outcome: GrantOutcome): DeskeraGrant {
  if (outcome.kind !== 'granted') throw new Error(`there is no grant: ${outcome.summary}`);
  return outcome.grant;
}
