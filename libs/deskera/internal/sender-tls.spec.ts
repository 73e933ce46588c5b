import type { AddressInfo, Server } from 'node:net';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { httpAnswer } from '../testing/raw-server.js';
import { selfSigned } from '../testing/self-signed.js';
import { postTo, wiredSender } from '../testing/wired-sender.js';

const certificate = selfSigned();
const trusted = tls.getCACertificates('default');

let clock: ManualClock;
let wired: ReturnType<typeof wiredSender>;
let servers: Server[];

beforeEach(() => {
  clock = new ManualClock();
  wired = wiredSender(clock);
  servers = [];
});

afterEach(() => {
  tls.setDefaultCACertificates(trusted);
  wired.outlet.onApplicationShutdown();
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function send(url: string, mayStillSend: () => boolean = () => true) {
  return wired.sender.send(postTo(url), { deadlineMilliseconds: 3_000, mayStillSend });
}

function greeter(seen: { bytes: number; secured: number }): Server {
  return tls.createServer(certificate, (socket) => {
    seen.secured += 1;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      seen.bytes += data.length;
      socket.end(httpAnswer(200, 'good'));
    });
  });
}

describe('over TLS', () => {
  it('a request is answered', async () => {
    tls.setDefaultCACertificates([certificate.cert]);
    const url = await listen(greeter({ bytes: 0, secured: 0 }));
    expect(await send(url)).toMatchObject({ kind: 'answer', body: 'good' });
  });

  it('the last look comes when TLS is agreed, and nothing is sent where it says no', async () => {
    tls.setDefaultCACertificates([certificate.cert]);
    const seen = { bytes: 0, secured: 0 };
    const url = await listen(greeter(seen));
    const sending = send(url, () => clock.monotonicMilliseconds() < 500);
    clock.advance(600);
    expect(await sending).toMatchObject({ trouble: 'not_sent', unsent: true });
    expect(seen.bytes).toBe(0);
  });

  it('a host that cannot show who it is gets nothing', async () => {
    const seen = { bytes: 0, secured: 0 };
    const url = await listen(greeter(seen));
    expect(await send(url)).toMatchObject({
      trouble: 'connection_failed',
      unsent: true,
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(seen.bytes).toBe(0);
  });

  it('a handshake has as long as a caller waits', async () => {
    const connected = Promise.withResolvers<undefined>();
    const url = await listen(
      net.createServer((socket) => {
        socket.on('error', () => undefined).resume();
        connected.resolve(undefined);
      }),
    );
    const sending = send(url);
    await connected.promise;
    clock.advance(1_000);
    expect(await sending).toMatchObject({ trouble: 'connection_failed', unsent: true, code: 'ETIMEDOUT' });
  });
});
