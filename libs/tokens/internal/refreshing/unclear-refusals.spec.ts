import { beforeEach, describe, expect, it } from '@jest/globals';
import { declined, ourFault, refused } from '#deskera/testing';
import type { GrantOutcome } from '#deskera';
import type { TestReplica } from '#tokens/testing';
import { DatabaseTime } from '#database';
import { hasWatchedTheClock } from '#database/testing';
import { Connections } from '../../connections.js';
import { type DeskeraToken } from '../../deskera-token.js';
import { Upkeep } from '../../upkeep.js';
import { tokensBench } from '../../testing/tokens-bench.js';
import { HostEvidence } from './host-evidence.js';

const bench = tokensBench();
let replica: TestReplica;
let connectionId: string;
let apiUrl: string;

beforeEach(async () => {
  replica = await bench.open({ tokens: { timeoutSeconds: 2 } });
  hasWatchedTheClock(replica.get(DatabaseTime));
  ({ connectionId } = await bench.connect(replica));
  const { rows } = await bench.admin.query<{ api_url: string }>(
    'SELECT api_url FROM connection WHERE connection_id = $1',
    [connectionId],
  );
  apiUrl = rows[0]?.api_url ?? '';
  bench.deskera.calls.length = 0;
  await alter('credential', "expires_at = now() - interval '1 second'");
});

describe('a refresh that is turned down in unclear words', () => {
  const outcomes: readonly (readonly [string, GrantOutcome])[] = [
    ["a gateway's 401", declined('401')],
    ['a 401 of a disabled user', declined('401 unauthorized', 'enveloped')],
    ['a request that is not understood', ourFault('bad_request')],
  ];

  it.each(outcomes)('is a 503 to readers and no verdict: %s', async (_what, outcome) => {
    for (let round = 0; round < 4; round += 1) {
      bench.deskera.answerNext('refresh', outcome);
      await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
      await letItTryAgain();
    }
    expect(await view()).toMatchObject({ status: 'connected', reason: null });
    expect(bench.deskera.callsOf('validate')).toHaveLength(0);
  });

  it('is the verdict where it comes again minutes later, the token is bad, and others do well', async () => {
    await turnedDownTwice();
    await refusedFor(180);
    othersDoWell();
    bench.deskera.answerNext('refresh', declined());
    bench.deskera.answerNext('validate', { kind: 'invalid' });
    await expect(get()).rejects.toMatchObject({ code: 'reconnect_required' });
    expect(await view()).toMatchObject({ status: 'reconnect_required', reason: 'grant_revoked' });
  });

  it("is no verdict where a step of the database's clock may lie between", async () => {
    replica.get(DatabaseTime).steadySeconds = () => 60;
    await turnedDownTwice();
    await refusedFor(180);
    othersDoWell();
    bench.deskera.answerNext('refresh', declined());
    await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(await view()).toMatchObject({ status: 'connected' });
  });

  it('is no verdict while nobody else does well', async () => {
    await turnedDownTwice();
    await refusedFor(3_600);
    bench.deskera.answerNext('refresh', declined());
    await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(await view()).toMatchObject({ status: 'connected' });
  });

  it('is no verdict while many fall at once', async () => {
    await turnedDownTwice();
    await refusedFor(600);
    othersDoWell();
    for (const other of ['c', 'd', 'e'])
      replica.get(HostEvidence).wasDeclined({ connectionId: other, apiUrl, apiVersion: 'v1' });
    bench.deskera.answerNext('refresh', declined());
    await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(await view()).toMatchObject({ status: 'connected' });
  });

  it('is told as what cannot be refreshed where the token is good all the same', async () => {
    await turnedDownTwice();
    await refusedFor(180);
    othersDoWell();
    bench.deskera.answerNext('refresh', declined());
    bench.deskera.answerNext('validate', { kind: 'valid' });
    expect(await get()).toMatchObject({ attention: 'cannot_be_refreshed' });
  });

  it('is forgotten with the next grant', async () => {
    await turnedDownTwice();
    await letItTryAgain();
    expect(await get()).toMatchObject({ degraded: null });
    const { rows } = await bench.admin.query<{ refused_count: number; refused_since: Date | null }>(
      'SELECT refused_count, refused_since FROM connection_upkeep WHERE connection_id = $1',
      [connectionId],
    );
    expect(rows).toEqual([{ refused_count: 0, refused_since: null }]);
  });

  it('in the words for a refused client alone is told as that, and waits by itself', async () => {
    bench.deskera.answerNext('refresh', ourFault('client_doubted'));
    await expect(get()).rejects.toMatchObject({ code: 'deskera_client_refused' });
    expect(await view()).toMatchObject({ status: 'connected', consecutiveFailures: 1 });
  });

  it("is no verdict on a token that only a gateway called bad, where Deskera's own refusal follows", async () => {
    await alter('credential', "expires_at = now() + interval '1 hour', bad_since = now()");
    bench.deskera.answerNext('refresh', refused());
    await get();
    expect(bench.deskera.callsOf('validate')).toHaveLength(1);
    expect(await view()).toMatchObject({ status: 'connected' });
  });
});

describe('a connection that must be reconnected, with its credentials kept', () => {
  beforeEach(async () => {
    bench.deskera.answerNext('refresh', refused());
    bench.deskera.answerNext('validate', { kind: 'invalid' });
    await expect(get()).rejects.toMatchObject({ code: 'reconnect_required' });
  });

  it("is revived by an operator's check where Deskera calls its token good", async () => {
    bench.deskera.answerNext('validate', { kind: 'valid' });
    expect(await connections().checkNow(connectionId)).toMatchObject({ status: 'connected', reason: null });
    expect(await get()).toMatchObject({ degraded: null });
    expect(await kinds()).toContain('recovered');
  });

  it("is revived by an operator's refresh where Deskera takes the refresh token", async () => {
    expect(await connections().refreshNow(connectionId)).toMatchObject({ status: 'connected', reason: null });
    expect((await kinds())[0]).toBe('recovered');
  });

  it('is refreshed by a check where its token is bad', async () => {
    bench.deskera.answerNext('validate', { kind: 'invalid' });
    expect(await connections().checkNow(connectionId)).toMatchObject({ status: 'connected' });
  });

  it('stays as it is, without another event, where the refresh is refused again', async () => {
    bench.deskera.answerNext('refresh', refused());
    await expect(connections().refreshNow(connectionId)).rejects.toMatchObject({
      code: 'reconnect_required',
    });
    expect(await view()).toMatchObject({ status: 'reconnect_required', reason: 'grant_revoked' });
    expect((await kinds()).filter((kind) => kind === 'reconnect_required')).toHaveLength(1);
  });

  it('stays as it is where Deskera does not say', async () => {
    bench.deskera.answerNext('refresh', declined());
    await expect(connections().refreshNow(connectionId)).rejects.toMatchObject({
      code: 'deskera_unavailable',
    });
    expect(await view()).toMatchObject({ status: 'reconnect_required', reason: 'grant_revoked' });
  });

  it('is a 409 to an operator once the credentials are erased, and where another org came', async () => {
    await alter('connection', "reason = 'org_changed'");
    await expect(connections().refreshNow(connectionId)).rejects.toMatchObject({
      code: 'reconnect_required',
    });
    await alter('connection', "reason = 'grant_revoked', status_since = now() - interval '8 days'");
    await alter('connection_upkeep', "next_due_at = now() - interval '1 second'");
    await replica.get(Upkeep).sweep();
    await expect(connections().checkNow(connectionId)).rejects.toMatchObject({ code: 'reconnect_required' });
  });

  it('is looked at again by upkeep ten minutes later, and a wrong verdict ends without a person', async () => {
    await replica.get(Upkeep).sweep();
    expect(await view()).toMatchObject({ status: 'reconnect_required' });
    await alter('connection', "status_since = now() - interval '10 minutes'");
    await alter('connection_upkeep', "next_due_at = now() - interval '1 second'");
    await replica.get(Upkeep).sweep();
    expect(await view()).toMatchObject({ status: 'connected' });
    expect((await kinds())[0]).toBe('recovered');
  });
});

async function turnedDownTwice(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    bench.deskera.answerNext('refresh', declined());
    await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
    await letItTryAgain();
  }
}

function letItTryAgain(): Promise<void> {
  return alter('connection_upkeep', 'not_before = NULL');
}

function refusedFor(seconds: number): Promise<void> {
  const since = `refused_since = now() - interval '${String(seconds)} seconds'`;
  return alter('credential', "issued_at = now() - interval '2 hours'").then(() =>
    alter('connection_upkeep', since),
  );
}

function othersDoWell(): void {
  for (const other of ['a', 'b'])
    replica.get(HostEvidence).didWell({ connectionId: other, apiUrl, apiVersion: 'v1' });
}

async function alter(table: string, assignments: string): Promise<void> {
  await bench.admin.query(`UPDATE ${table} SET ${assignments} WHERE connection_id = $1`, [connectionId]);
}

function connections(): Connections {
  return replica.get(Connections);
}

async function view() {
  return connections().find(connectionId);
}

/** Of its events, newest first. */
async function kinds(): Promise<readonly string[]> {
  return (await connections().events(connectionId, null)).items.map(({ kind }) => kind);
}

function get(): Promise<DeskeraToken> {
  return bench.read(replica);
}
