import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, ManualClock } from '#kernel/testing';
import { httpAnswer, RawServer } from '../testing/raw-server.js';
import { postTo, wiredSender } from '../testing/wired-sender.js';

let clock: ManualClock;
let server: RawServer;
let url: string;
let wired: ReturnType<typeof wiredSender>;

beforeEach(async () => {
  clock = new ManualClock();
  server = await RawServer.start((socket) => socket.write(httpAnswer(200, 'good')));
  ({ url } = server);
  wired = wiredSender(clock);
});

afterEach(async () => {
  wired.outlet.onApplicationShutdown();
  await server.close();
});

async function send(): Promise<string> {
  const sending = { deadlineMilliseconds: 3_000, mayStillSend: () => true };
  const { kind } = await wired.sender.send(postTo(url, false), sending);
  return kind;
}

function connectAhead(): void {
  wired.outlet.connectAhead(new URL(url));
}

describe('a socket that is connected ahead', () => {
  it('carries the next request that cannot be repeated, and only that one', async () => {
    await send();
    connectAhead();
    await eventually(() => server.connections === 2);
    expect(await send()).toBe('answer');
    expect(server.connections).toBe(2);
    expect(await send()).toBe('answer');
    expect(server.connections).toBe(3);
  });

  it('carries a request that comes while it is still being connected', async () => {
    await send();
    connectAhead();
    expect(await send()).toBe('answer');
    expect(server.connections).toBe(2);
  });

  it('is not made for an origin to which no request went yet', async () => {
    connectAhead();
    await send();
    expect(server.connections).toBe(1);
  });

  it('is closed after a second, for the other side may close it any time', async () => {
    await send();
    connectAhead();
    await eventually(() => server.connections === 2);
    clock.advance(1_000);
    expect(await send()).toBe('answer');
    expect(server.connections).toBe(3);
  });

  it('is not used once the other side has closed it', async () => {
    await send();
    connectAhead();
    await eventually(() => server.connections === 2);
    await server.endConnections();
    expect(await send()).toBe('answer');
    expect(server.connections).toBe(3);
  });

  it('does no harm where nobody listens any more', async () => {
    await send();
    await server.close();
    connectAhead();
    expect(await send()).toBe('no_answer');
  });
});
