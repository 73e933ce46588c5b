import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { httpAnswer, RawServer } from '../testing/raw-server.js';
import { postTo, sentSecret, wiredSender } from '../testing/wired-sender.js';

let clock: ManualClock;
let server: RawServer;
let wired: ReturnType<typeof wiredSender>;

beforeEach(async () => {
  clock = new ManualClock();
  server = await RawServer.start((socket) => socket.write(httpAnswer(200, 'good')));
  wired = wiredSender(clock);
});

afterEach(async () => {
  wired.outlet.onApplicationShutdown();
  await server.close();
});

function send(mayStillSend: () => boolean = () => true, url = server.url) {
  return wired.sender.send(postTo(url), { deadlineMilliseconds: 3_000, mayStillSend });
}

describe('a request', () => {
  it('is sent as it was built', async () => {
    const result = await send();
    expect(result).toMatchObject({ kind: 'answer', head: { status: 200 }, body: 'good' });
    const [request = ''] = server.requests;
    expect(request).toMatch(/^POST \/oauth\/token\?code=the-secret-that-is-sent HTTP\/1\.1\r\n/);
    expect(request).toMatch(/\r\ncontent-length: 23\r\n/i);
    expect(request).toMatch(/\r\naccept-encoding: identity\r\n/i);
    expect(request).toMatch(/\r\n\r\nthe-secret-that-is-sent$/);
  });

  it('does not go to a proxy of the environment', async () => {
    process.env['http_proxy'] = 'http://127.0.0.1:9';
    try {
      expect(await send()).toMatchObject({ kind: 'answer' });
    } finally {
      delete process.env['http_proxy'];
    }
  });
});

describe('an answer', () => {
  it('of any status is an answer, with what matters of its head', async () => {
    const headers = [
      'content-type: text/html',
      'date: Thu, 01 Jan 2026 00:00:00 GMT',
      'retry-after: Thu, 01 Jan 2026 00:00:09 GMT',
      'www-authenticate: Basic realm="oauth2/client"',
    ];
    server.answerNext((socket) => socket.write(httpAnswer(503, 'no', headers)));
    clock.advance(1e9);
    expect(await send()).toEqual({
      kind: 'answer',
      head: {
        status: 503,
        contentType: 'text/html',
        // The clock here is eleven days ahead: such a `Date` measures nothing.
        answeredAt: clock.now(),
        retryAfterSeconds: 9,
        challenge: 'basic',
        bearerChallenge: null,
      },
      body: 'no',
      trouble: null,
    });
  });
});

describe('an answer whose status says all', () => {
  it('is there a second after its status, also where its body never comes', async () => {
    const begun = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n';
    server.answerNext((socket) => socket.write(begun));
    let settled = false as boolean;
    const sending = send().finally(() => (settled = true));
    while (!settled) {
      await new Promise((resolve) => setImmediate(resolve));
      if (server.requests.length > 0 && clock.monotonicMilliseconds() < 2_900) clock.advance(100);
    }
    expect(await sending).toMatchObject({ kind: 'answer', head: { status: 200 }, body: null });
    expect(clock.monotonicMilliseconds()).toBeLessThan(3_000);
  });
});

describe('the time of an answer', () => {
  // The manual clock begins at 2026-01-01T00:00:00Z.
  it.each([
    ['its Date, two hours ahead of our clock', 'date: Thu, 01 Jan 2026 02:00:00 GMT', '2026-01-01T02:00:00Z'],
    ['its Date, two hours behind our clock', 'date: Wed, 31 Dec 2025 22:00:00 GMT', '2025-12-31T22:00:00Z'],
    ['our own without a Date', 'x-other: 1', '2026-01-01T00:00:00Z'],
    ['our own with a Date that is absurd', 'date: Thu, 01 Jan 1970 00:00:00 GMT', '2026-01-01T00:00:00Z'],
    ['our own with a Date that is unreadable', 'date: now', '2026-01-01T00:00:00Z'],
  ])('is %s', async (_what, header, answeredAt) => {
    server.answerNext((socket) => socket.write(httpAnswer(200, '', [header])));
    expect(await send()).toMatchObject({ head: { answeredAt: new Date(answeredAt) } });
  });
});

describe('no answer', () => {
  it('on a socket that was kept alive is no end: a request that may be repeated is sent once more', async () => {
    await send();
    server.answerNext((socket) => socket.resetAndDestroy());
    expect(await send()).toMatchObject({ kind: 'answer' });
    expect(server.connections).toBe(2);
    expect(server.requests).toHaveLength(3);
  });

  it('on a fresh socket counts as sent, and nothing is sent again', async () => {
    server.answerNext((socket) => socket.resetAndDestroy());
    expect(await send()).toMatchObject({ kind: 'no_answer', trouble: 'reset', unsent: false });
    expect(server.requests).toHaveLength(1);
  });

  it('comes after no more than two sendings', async () => {
    await send();
    for (let count = 0; count < 2; count += 1) server.answerNext((socket) => socket.resetAndDestroy());
    expect(await send()).toMatchObject({ kind: 'no_answer', trouble: 'reset' });
    expect(server.requests).toHaveLength(3);
  });

  it('tells nothing of the request', async () => {
    server.answerNext((socket) => socket.resetAndDestroy());
    expect(JSON.stringify(await send())).not.toContain(sentSecret);
    expect(JSON.stringify(await send(undefined, 'http://127.0.0.1:1'))).not.toContain(sentSecret);
  });
});

describe('the last look before sending', () => {
  it('comes when the connection stands, however long that took', async () => {
    const askedAt: number[] = [];
    const sending = send(() => {
      askedAt.push(clock.monotonicMilliseconds());
      return clock.monotonicMilliseconds() < 900;
    });
    clock.advance(950);
    expect(await sending).toMatchObject({ kind: 'no_answer', trouble: 'not_sent', unsent: true });
    expect(askedAt).toEqual([950]);
    await server.until(() => server.connections === 1);
    expect(server.bytes).toBe(0);
  });

  it('is taken on a kept socket too', async () => {
    await send();
    const before = server.bytes;
    expect(await send(() => false)).toMatchObject({ trouble: 'not_sent', unsent: true });
    expect(await send()).toMatchObject({ kind: 'answer' });
    expect(server.requests).toHaveLength(2);
    expect(server.bytes).toBe(before * 2);
  });
});

describe('a kept socket', () => {
  it('is used again within four seconds', async () => {
    await send();
    clock.advance(4_000);
    await send();
    expect(server.connections).toBe(1);
  });

  it('is not used again after that, also where its own timer is late', async () => {
    await send();
    clock.advance(4_001);
    await send();
    expect(server.connections).toBe(2);
  });
});

describe('a request that must not be sent twice', () => {
  const sendOnce = () =>
    wired.sender.send(postTo(server.url, false), { deadlineMilliseconds: 3_000, mayStillSend: () => true });

  it('never goes over a socket that served another request', async () => {
    await send();
    for (let count = 0; count < 3; count += 1) expect(await sendOnce()).toMatchObject({ kind: 'answer' });
    expect(server.connections).toBe(4);
  });

  it('leaves its socket to no other request', async () => {
    await sendOnce();
    await send();
    expect(server.connections).toBe(2);
  });
});
