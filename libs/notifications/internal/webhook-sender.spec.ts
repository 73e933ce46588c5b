import type { LookupAddress } from 'node:dns';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#kernel';
import { ManualClock } from '#kernel/testing';
import { WebhookReceiver } from '../testing/index.js';
import type { NotificationsOptions } from '../options.js';
import { AddressRules } from './address-rules.js';
import { TargetResolver, type Resolution } from './target-resolver.js';
import { WebhookSender, type SendResult } from './webhook-sender.js';

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});

afterEach(() => receiver.close());

const message = { headers: { 'webhook-id': 'an-id' }, body: '{"type":"t"}' };

function optionsWith(allowedNetworks: readonly string[], answerSeconds = 15): NotificationsOptions {
  return {
    deliver: true,
    allowedNetworks,
    pausesSeconds: [],
    tryForSeconds: 0,
    answerSeconds,
    pollMilliseconds: 0,
  };
}

function send(url: string, allowedNetworks = ['127.0.0.1'], answerSeconds = 15): Promise<SendResult> {
  const options = optionsWith(allowedNetworks, answerSeconds);
  const resolver = new TargetResolver(new AddressRules(options));
  return new WebhookSender(resolver, options, new SystemClock()).send({ url, ...message });
}

describe('a message', () => {
  it('is posted as it is', async () => {
    expect(await send(receiver.url)).toEqual({ kind: 'answered', status: 204, retryAfter: null });
    expect(receiver.received).toMatchObject([{ id: 'an-id', path: '/in', body: message.body }]);
  });

  it('tells how long to wait', async () => {
    receiver.reply = () => ({ status: 503, headers: { 'retry-after': '7' } });
    expect(await send(receiver.url)).toEqual({ kind: 'answered', status: 503, retryAfter: '7' });
  });

  it('follows no redirect, wherever it leads', async () => {
    const inside = await WebhookReceiver.start();
    receiver.reply = () => ({ status: 307, headers: { location: inside.url } });
    expect(await send(receiver.url)).toMatchObject({ kind: 'answered', status: 307 });
    expect(inside.received).toEqual([]);
    await inside.close();
  });

  it('is not sent to an address that is not allowed', async () => {
    expect(await send(receiver.url, [])).toEqual({ kind: 'failed', error: 'address_not_allowed' });
    expect(receiver.received).toEqual([]);
  });

  it('is not sent to a name that resolves to one, be it one among several', async () => {
    const url = receiver.url.replace('127.0.0.1', 'localhost');
    expect(await send(url, ['127.0.0.2'])).toEqual({ kind: 'failed', error: 'address_not_allowed' });
    expect(receiver.received).toEqual([]);
    expect(await send(url, ['127.0.0.0/8', '::1'])).toMatchObject({ kind: 'answered', status: 204 });
  });

  it('is sent without TLS to networks of our own alone', async () => {
    expect(await send('http://93.184.216.34/')).toEqual({ kind: 'failed', error: 'https_needed' });
  });

  it('is given up where there is no answer in time', async () => {
    receiver.reply = () => 'hang';
    expect(await send(receiver.url, ['127.0.0.1'], 0.5)).toEqual({ kind: 'failed', error: 'timeout' });
  });

  it('fails with a word where nobody listens, or nobody speaks TLS', async () => {
    const { url } = receiver;
    expect(await send(url.replace('http:', 'https:'))).toMatchObject({ kind: 'failed' });
    await receiver.close();
    expect(await send(url)).toEqual({ kind: 'failed', error: 'connection_refused' });
    receiver = await WebhookReceiver.start();
  });
});

describe('a status', () => {
  const ok = 'HTTP/1.1 200 OK\r\n';
  const endless = (socket: Socket): void => {
    if (!socket.destroyed) socket.write('x'.repeat(100), () => setImmediate(endless, socket));
  };
  const bodies: readonly (readonly [string, (socket: Socket) => void])[] = [
    [
      'is reset',
      (socket) => void socket.write(`${ok}content-length: 9\r\n\r\nx`, () => socket.resetAndDestroy()),
    ],
    ['is cut off', (socket) => void socket.end(`${ok}content-length: 9\r\n\r\nx`)],
    ['never comes', (socket) => void socket.write(`${ok}content-length: 9\r\n\r\n`)],
    ['stands still', (socket) => void socket.write(`${ok}content-length: 9\r\n\r\nx`)],
    [
      'never ends',
      (socket) => void socket.write(`${ok}content-length: 99999999\r\n\r\n`, () => endless(socket)),
    ],
    ['has a bad chunk', (socket) => void socket.write(`${ok}transfer-encoding: chunked\r\n\r\nzz\r\n`)],
    [
      'has a bad chunk later',
      (socket) =>
        void socket.write(`${ok}transfer-encoding: chunked\r\n\r\n1\r\nx\r\n`, () => socket.write('zz\r\n')),
    ],
    [
      'is said to be gzipped',
      (socket) => void socket.write(`${ok}content-encoding: gzip\r\ncontent-length: 1\r\n\r\nx`),
    ],
    [
      'is followed by garbage',
      (socket) => void socket.write(`${ok}content-length: 1\r\n\r\nxgarbage\r\n\r\n`),
    ],
  ];

  it.each(bodies)('is final where its body %s', async (_what, answer) => {
    const raw = await rawEndpoint(answer);
    try {
      expect(await send(raw.url, ['127.0.0.1'], 60)).toEqual({
        kind: 'answered',
        status: 200,
        retryAfter: null,
      });
      expect(raw.requests()).toBe(1);
    } finally {
      await raw.close();
    }
  });

  it('is final where the time for the answer ends during its body', async () => {
    const clock = new NotingClock();
    const raw = await rawEndpoint((socket) => void socket.write(`${ok}content-length: 9\r\n\r\n`));
    const options = optionsWith(['127.0.0.1']);
    const sender = new WebhookSender(new TargetResolver(new AddressRules(options)), options, clock);
    const sending = sender.send({ url: raw.url, ...message });
    await clock.timers(2);
    clock.advance(60_000);
    expect(await sending).toMatchObject({ kind: 'answered', status: 200 });
    await raw.close();
  });
});

/** Tells when timers are set: the first for the answer, the second for its body. */
class NotingClock extends ManualClock {
  #set = 0;
  readonly #waiting: { readonly count: number; readonly wake: () => void }[] = [];

  timers(count: number): Promise<void> {
    return new Promise((wake) => {
      this.#waiting.push({ count, wake });
      this.#wake();
    });
  }

  override after(milliseconds: number, callback: () => void): () => void {
    this.#set += 1;
    this.#wake();
    return super.after(milliseconds, callback);
  }

  #wake(): void {
    for (const { count, wake } of this.#waiting) if (count <= this.#set) queueMicrotask(wake);
  }
}

interface RawEndpoint {
  readonly url: string;
  requests(): number;
  close(): Promise<void>;
}

async function rawEndpoint(answer: (socket: Socket) => void): Promise<RawEndpoint> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      requests += 1;
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/in`,
    requests: () => requests,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
    },
  };
}

/** Names lead where the spec says; what may be called is judged by the rules. */
class ToldResolver extends TargetResolver {
  leadsTo: readonly string[] = ['127.0.0.1'];

  constructor(private readonly known: AddressRules) {
    super(known);
  }

  override resolve(): Promise<Resolution> {
    const addresses: LookupAddress[] = this.leadsTo.map((address) => ({ address, family: 4 }));
    return Promise.resolve(
      addresses.every(({ address }) => this.known.mayBeCalled(address))
        ? { kind: 'allowed', addresses }
        : { kind: 'refused', why: 'address_not_allowed' },
    );
  }
}

describe('a connection', () => {
  const options = optionsWith(['127.0.0.1', '127.0.0.2']);
  const answered = { kind: 'answered', status: 204 };
  let resolver: ToldResolver;
  let sender: WebhookSender;

  beforeEach(() => {
    resolver = new ToldResolver(new AddressRules(options));
    sender = new WebhookSender(resolver, options, new SystemClock());
  });

  afterEach(() => {
    sender.onApplicationShutdown();
  });

  const sendAgain = (): Promise<SendResult> =>
    sender.send({ url: receiver.url.replace('127.0.0.1', 'hooks.example'), ...message });

  it('is kept for the next message to the same addresses, in whatever order they come', async () => {
    resolver.leadsTo = ['127.0.0.1', '127.0.0.2'];
    expect(await sendAgain()).toMatchObject(answered);
    resolver.leadsTo = ['127.0.0.2', '127.0.0.1'];
    expect(await sendAgain()).toMatchObject(answered);
    expect(receiver.connections).toBe(1);
  });

  it('is not used where its address is not among those that were judged now', async () => {
    expect(await sendAgain()).toMatchObject(answered);
    resolver.leadsTo = ['127.0.0.2'];
    expect(await sendAgain()).toEqual({ kind: 'failed', error: 'connection_refused' });
    expect(receiver.received).toHaveLength(1);
  });

  it('is not used where its address may not be called any more', async () => {
    expect(await sendAgain()).toMatchObject(answered);
    resolver.leadsTo = ['127.0.0.1', '127.0.0.3'];
    expect(await sendAgain()).toEqual({ kind: 'failed', error: 'address_not_allowed' });
    expect(receiver.received).toHaveLength(1);
  });

  it('that was kept and turns out to be over costs no try', async () => {
    expect(await sendAgain()).toMatchObject(answered);
    receiver.reply = () => (receiver.received.length === 1 ? 'drop' : 204);
    expect(await sendAgain()).toMatchObject(answered);
    expect(receiver.received.map(({ id }) => id)).toEqual(['an-id', 'an-id', 'an-id']);
    expect(receiver.connections).toBe(2);
  });

  it('that is new and breaks off is a failed try', async () => {
    receiver.reply = () => 'drop';
    expect(await sendAgain()).toEqual({ kind: 'failed', error: 'connection_failed' });
    expect(receiver.received).toHaveLength(1);
  });
});
