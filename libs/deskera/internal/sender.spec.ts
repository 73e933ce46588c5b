import { gzipSync } from 'node:zlib';
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

  it('follows no redirect', async () => {
    server.answerNext((socket) => socket.write(httpAnswer(307, '', [`location: ${server.url}/elsewhere`])));
    expect(await send()).toMatchObject({ head: { status: 307 } });
    expect(server.requests).toHaveLength(1);
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
        date: new Date('2026-01-01T00:00:00Z'),
        retryAfterSeconds: 9,
        challenge: 'basic',
      },
      body: 'no',
      trouble: null,
    });
  });

  it('that is compressed without being asked for is read too', async () => {
    const body = gzipSync('compressed');
    server.answerNext((socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${String(body.length)}\r\n\r\n`,
      );
      socket.write(body);
    });
    expect(await send()).toMatchObject({ body: 'compressed', trouble: null });
  });

  it.each([
    { bytes: 256 * 1_024, body: 'x'.repeat(256 * 1_024), trouble: null },
    { bytes: 256 * 1_024 + 1, body: null, trouble: 'unreadable' },
  ])('of $bytes bytes', async ({ bytes, body, trouble }) => {
    server.answerNext((socket) => socket.write(httpAnswer(200, 'x'.repeat(bytes))));
    expect(await send()).toMatchObject({ body, trouble });
  });

  it('that is a compressed bomb is not unpacked to its end', async () => {
    const body = gzipSync(Buffer.alloc(50_000_000));
    server.answerNext((socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${String(body.length)}\r\n\r\n`,
      );
      socket.write(body);
    });
    expect(await send()).toMatchObject({ body: null, trouble: 'unreadable' });
  });

  it('that breaks off keeps its status', async () => {
    server.answerNext((socket) => socket.end('HTTP/1.1 401 No\r\ncontent-length: 100\r\n\r\npart'));
    expect(await send()).toMatchObject({
      kind: 'answer',
      head: { status: 401 },
      body: null,
      trouble: 'reset',
    });
  });

  it('whose rest does not come in time keeps its status', async () => {
    server.answerNext((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart'));
    const sending = send();
    await server.until(() => server.requests.length === 1);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(3_000);
    expect(await sending).toMatchObject({ head: { status: 200 }, body: null, trouble: 'timeout' });
  });
});

describe('no answer', () => {
  it.each([
    { name: 'a reset', answer: 'reset', trouble: 'reset' },
    { name: 'an end', answer: '', trouble: 'reset' },
    { name: 'half a head', answer: 'HTTP/1.1 200 OK\r\ncontent-', trouble: 'reset' },
    { name: 'what is no HTTP', answer: '220 mail.example ESMTP\r\n\r\n', trouble: 'unreadable' },
  ])('but $name once the request was sent', async ({ answer, trouble }) => {
    server.answerNext((socket) => {
      if (answer === 'reset') socket.resetAndDestroy();
      else socket.end(answer);
    });
    expect(await send()).toMatchObject({ kind: 'no_answer', trouble, unsent: false });
  });

  it('on a socket that was kept alive counts as sent, and is not tried again', async () => {
    await send();
    server.answerNext((socket) => socket.resetAndDestroy());
    expect(await send()).toMatchObject({ kind: 'no_answer', trouble: 'reset', unsent: false });
    expect(server.connections).toBe(1);
    expect(server.requests).toHaveLength(2);
  });

  it('in time', async () => {
    server.answerNext(() => undefined);
    const sending = send();
    await server.until(() => server.requests.length === 1);
    clock.advance(2_999);
    expect(await Promise.race([sending, new Promise((resolve) => setImmediate(resolve, 'waits'))])).toBe(
      'waits',
    );
    clock.advance(1);
    expect(await sending).toMatchObject({ kind: 'no_answer', trouble: 'timeout', unsent: false });
  });

  it.each(['http://127.0.0.1:1', 'http://no..such..host', 'https://no..such..host'])(
    'from %s: surely nothing was sent',
    async (url) => {
      const result = await send(undefined, url);
      expect(result).toMatchObject({ kind: 'no_answer', trouble: 'connection_failed', unsent: true });
    },
  );

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
