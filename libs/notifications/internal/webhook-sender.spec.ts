import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#kernel';
import { WebhookReceiver } from '../testing/index.js';
import { AddressRules } from './address-rules.js';
import { TargetResolver } from './target-resolver.js';
import { WebhookSender, type SendResult } from './webhook-sender.js';

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});

afterEach(() => receiver.close());

const message = { headers: { 'webhook-id': 'an-id' }, body: '{"type":"t"}' };

function send(url: string, allowedNetworks = ['127.0.0.1'], answerSeconds = 15): Promise<SendResult> {
  const options = {
    deliver: true,
    allowedNetworks,
    pausesSeconds: [],
    tryForSeconds: 0,
    answerSeconds,
    pollMilliseconds: 0,
  };
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
