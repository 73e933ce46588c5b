import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import { RecordedMetrics } from '#observability/testing';
import { fakeToken, granted, grantOf, ourFault, passing, refused } from '../testing/index.js';
import { httpAnswer, RawServer } from '../testing/raw-server.js';
import { wiredDeskera, type WiredDeskera } from '../testing/wired-deskera.js';
import { Stopwatch } from './stopwatch.js';

const token = fakeToken({ tenantId: 11242 });

describe('what is sent is reported', () => {
  it.each([
    ['granted', granted(grantOf(token, token))],
    ['refused', refused()],
    ['our_fault', ourFault('bad_request')],
    ['rate_limited', passing('rate_limited')],
    ['timeout', passing('timeout')],
  ] as const)('as %s', async (word, outcome) => {
    const clock = new ManualClock();
    const metrics = new RecordedMetrics();
    const returned = await new Stopwatch(metrics, clock).time('exchange', () => {
      clock.advance(1_500);
      return Promise.resolve(outcome);
    });
    expect(returned).toBe(outcome);
    expect(metrics).toMatchObject({ lines: [`deskera exchange ${word}`], seconds: [1.5] });
  });
});

describe('over HTTP', () => {
  let server: RawServer;
  let wired: WiredDeskera;
  let logs: RecordedLogs;

  beforeEach(async () => {
    server = await RawServer.start();
    wired = await wiredDeskera();
    logs = RecordedLogs.start();
  });

  afterEach(async () => {
    logs.stop();
    await wired.close();
    await server.close();
  });

  it('every request is reported under its operation', async () => {
    const target = { apiVersion: 'v1', apiUrl: server.url } as const;
    for (const status of [401, 503, 400])
      server.answerNext((socket) => socket.write(httpAnswer(status, '{}')));
    await wired.deskera.validate(target, token);
    await wired.deskera.refresh(target, {
      refreshToken: token,
      identity: { tenantId: null, userName: null },
      mayStillSend: () => true,
    });
    await wired.deskera.exchangeCode(target, Secret.of('code'));
    expect(wired.metrics.lines).toEqual([
      'deskera validate invalid',
      'deskera refresh server_error',
      'deskera exchange our_fault',
    ]);
  });

  it('what the breaker holds back is no request', async () => {
    const target = { apiVersion: 'v1', apiUrl: 'http://127.0.0.1:1' } as const;
    for (let tries = 0; tries < 12; tries += 1) await wired.deskera.validate(target, token);
    expect(wired.metrics.lines).toEqual(Array(10).fill('deskera validate connection_failed'));
  });
});
