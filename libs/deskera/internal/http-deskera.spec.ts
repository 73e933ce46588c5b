import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, type ApiVersion } from '#kernel';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import { fakeToken } from '../testing/index.js';
import { httpAnswer, RawServer } from '../testing/raw-server.js';
import { usualOptions, wiredDeskera, type WiredDeskera } from '../testing/wired-deskera.js';

let clock: ManualClock;
let server: RawServer;
let wired: WiredDeskera;
let logs: RecordedLogs;

const refreshToken = fakeToken({ tenantId: 11242 });
const code = Secret.of('Ag78aIu');

beforeEach(async () => {
  clock = new ManualClock();
  server = await RawServer.start();
  const client = {
    clientId: 'cl_pub_test',
    clientSecrets: [Secret.of('first-one'), Secret.of('second-one')],
  };
  wired = await wiredDeskera({ ...usualOptions, credentials: { v1: client, v2: client } }, clock);
  logs = RecordedLogs.start();
});

afterEach(async () => {
  logs.stop();
  await wired.close();
  await server.close();
});

function target(apiVersion: ApiVersion) {
  return { apiVersion, apiUrl: server.url };
}

function refresh(
  apiVersion: ApiVersion,
  mayStillSend: () => boolean = () => true,
  sentToken: Secret = refreshToken,
) {
  const identity = { tenantId: '11242', userName: null };
  return wired.deskera.refresh(target(apiVersion), { refreshToken: sentToken, identity, mayStillSend });
}

/** Of other grants, each another one. */
function refreshOther(index: number) {
  return refresh('v2', () => true, Secret.of(`${refreshToken.reveal()}-${String(index)}`));
}

function answers(...texts: string[]): void {
  for (const text of texts) server.answerNext((socket) => socket.write(text));
}

const badClient = httpAnswer(401, '{"error":"unauthorized","error_description":"Bad credentials"}');
const badToken = httpAnswer(
  400,
  `{"error":"invalid_grant","error_description":"Invalid: ${refreshToken.reveal()}"}`,
);
const badForm = httpAnswer(400, '{"message":"userName is required"}');

function basicOf(secret: string): string {
  return Buffer.from(`cl_pub_test:${secret}`).toString('base64');
}

describe('Deskera over HTTP', () => {
  it('tries the next secret where one is refused, asking again whether it may be sent', async () => {
    let asked = 0;
    answers(badClient, badToken);
    const outcome = await refresh('v2', () => (asked += 1) > 0);
    expect(outcome).toMatchObject({ kind: 'refused', summary: '400 invalid_grant' });
    expect(server.requests[0]).toContain(basicOf('first-one'));
    expect(server.requests[1]).toContain(basicOf('second-one'));
    expect(asked).toBe(2);
  });

  it('holds back what carries the refused client, and nothing else', async () => {
    answers(badClient, badClient, badClient, badClient, badToken, httpAnswer(200));
    expect(await wired.deskera.exchangeCode(target('v1'), code)).toMatchObject({ kind: 'our_fault' });
    expect(await refreshOther(1)).toMatchObject({ kind: 'our_fault', reason: 'client_refused', sent: true });
    expect(await refresh('v2')).toMatchObject({ kind: 'our_fault', reason: 'client_refused', sent: false });
    expect(server.requests).toHaveLength(4);
    expect(await refresh('v1')).toMatchObject({ kind: 'refused' });
    expect(await wired.deskera.validate(target('v2'), refreshToken)).toEqual({ kind: 'valid' });
    expect(wired.health.snapshot()).toMatchObject({ state: 'client_refused', unavailableSince: null });
    clock.advance(9_000);
    expect(wired.health.health()).toEqual({
      part: 'deskera',
      status: 'degraded',
      facts: { state: 'client_refused', unavailableSeconds: null, clientRefusedSeconds: 9, freeSlots: 8 },
    });
  });

  it("holds up no other call for one grant's 401, with or without the words for a refused client", async () => {
    const disabled = httpAnswer(401, '{"error":"unauthorized","error_description":"User is disabled"}');
    for (const words of [disabled, badClient]) {
      answers(words, words, badToken, words, words, badToken);
      expect(await refresh('v2')).not.toMatchObject({ reason: 'client_refused' });
      expect(await refreshOther(1)).toMatchObject({ kind: 'refused' });
      expect(await refresh('v2')).not.toMatchObject({ reason: 'client_refused' });
      expect(await wired.deskera.exchangeCode(target('v1'), code)).toMatchObject({ kind: 'refused' });
    }
    expect(logs.of('error')).toEqual([]);
    expect(wired.health.snapshot()).toMatchObject({ state: 'ok' });
  });

  it('asks as a refused client once in 30 s for all connections together, and says so once', async () => {
    answers(...Array.from({ length: 50 }, () => badClient));
    await refreshOther(0);
    await refreshOther(1);
    const tried = server.requests.length;
    for (let second = 0; second < 300; second += 5) {
      clock.advance(5_000);
      const asked = await Promise.all(Array.from({ length: 20 }, (_, index) => refreshOther(index)));
      for (const outcome of asked) expect(outcome).toMatchObject({ reason: 'client_refused' });
    }
    expect(tried).toBe(4);
    expect(server.requests).toHaveLength(tried + 10);
    expect(logs.of('error')).toHaveLength(1);
  });

  it('raises an alarm at most once an hour where Deskera does not understand', async () => {
    answers(badForm, badForm, badForm);
    expect(await refresh('v1')).toMatchObject({ kind: 'our_fault', reason: 'bad_request' });
    await refresh('v1');
    expect(logs.of('error')).toHaveLength(1);
    clock.advance(3_600_000);
    await refresh('v1');
    expect(logs.of('error')).toHaveLength(2);
  });

  it.each([
    ['an empty body', ''],
    ['a page', '<html>Gateway</html>'],
    ['other JSON', `{"ticket":"${refreshToken.reveal()}"}`],
    ['UUIDs alone', '{"access_token":"d3b07384-d9a0-4c5e-9f3a-1","refresh_token":"d3b07384"}'],
    ['more than it may have', 'x'.repeat(300_000)],
  ])('raises an alarm in fixed words where a success has no readable pair but %s', async (_what, body) => {
    answers(httpAnswer(200, body), httpAnswer(200, body), httpAnswer(200, body));
    const unreadable = {
      kind: 'passing',
      reason: 'unreadable',
      definite: false,
      withoutPair: true,
      summary: '200 without a readable token pair',
    };
    expect(await wired.deskera.exchangeCode(target('v2'), code)).toMatchObject(unreadable);
    expect(await wired.deskera.exchangeCode(target('v2'), code)).toMatchObject(unreadable);
    expect(logs.of('error')).toEqual([expect.stringContaining('200 without a readable token pair')]);
    expect(await refresh('v1')).toMatchObject({ kind: 'passing', withoutPair: true });
    expect(logs.of('error')).toHaveLength(2);
    expect(JSON.stringify(logs.lines)).not.toContain(refreshToken.reveal());
  });

  it('raises an alarm where a refresh brings a refresh token that cannot be read', async () => {
    const body = JSON.stringify({ accessToken: refreshToken.reveal(), refreshToken: { a: { b: 'c' } } });
    answers(httpAnswer(200, body));
    expect(await refresh('v1')).toMatchObject({ kind: 'granted', grant: { refreshTokenUnread: true } });
    expect(logs.of('error')).toEqual([expect.stringContaining('a refresh token that cannot be read')]);
  });

  it('keeps the new refresh token of a refresh that brings no token', async () => {
    answers(httpAnswer(200, '{"data":{"refreshToken":"the-next-one"}}'));
    const outcome = await refresh('v1');
    expect(outcome).toMatchObject({ kind: 'passing', withoutPair: true });
    if (outcome.kind === 'passing') expect(outcome.newRefreshToken?.reveal()).toBe('the-next-one');
    expect(JSON.stringify([outcome, logs.lines])).not.toContain('the-next-one');
  });

  it('reads an exchange and a refresh for three times as long as a caller waits, a check once', async () => {
    const settled: string[] = [];
    const all = [
      wired.deskera.exchangeCode(target('v1'), code).then(() => settled.push('exchange')),
      refresh('v1').then(() => settled.push('refresh')),
      wired.deskera.validate(target('v1'), refreshToken).then(() => settled.push('validate')),
    ];
    await server.until(() => server.requests.length === 3);
    clock.advance(2_000);
    await all[2];
    expect(settled).toEqual(['validate']);
    clock.advance(3_999);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toEqual(['validate']);
    clock.advance(1);
    await Promise.all(all);
  });

  it('stops asking a host that answers with errors alone', async () => {
    answers(...Array.from({ length: 10 }, () => httpAnswer(503)));
    for (let call = 0; call < 10; call += 1) await refresh('v1');
    expect(await refresh('v1')).toMatchObject({ reason: 'breaker_open', definite: true });
    expect(server.requests).toHaveLength(10);
    expect(wired.health.health()).toMatchObject({ part: 'deskera', status: 'down' });
  });

  it('logs neither codes nor tokens nor secrets', async () => {
    answers(badClient, badClient, badForm, badToken);
    const outcomes = [
      await wired.deskera.exchangeCode(target('v1'), code),
      await refresh('v1'),
      await refresh('v1'),
      await wired.deskera.validate({ apiVersion: 'v1', apiUrl: 'http://127.0.0.1:1' }, refreshToken),
    ];
    const said = JSON.stringify([outcomes, logs.lines]);
    for (const secret of [code.reveal(), refreshToken.reveal(), 'first-one', basicOf('first-one')]) {
      expect(said).not.toContain(secret);
    }
    expect(logs.lines.length).toBeGreaterThan(0);
  });
});
