import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '#kernel/testing';
import { InnerDoors } from '../testing/inner-doors.js';
import { sendRaw } from '../testing/raw-http.js';

const path = '/v1/tenants/acme/deskera-token';
const common = ['host: broker.example', 'authorization: Bearer reader', 'x-request-id: r-1'];

describe('a look into the row', () => {
  const bytes = `GET ${path} HTTP/1.1\r\n${common.join('\r\n')}\r\n\r\n`;
  let inner: InnerDoors;
  let row: PromiseWithResolvers<void>;

  beforeEach(async () => {
    inner = await InnerDoors.open({ keyPerSecond: 3 });
    inner.authenticator.admit('reader', { scopes: ['tokens:read'], tenants: ['acme'] });
    inner.tokens.lies = 'in_its_row';
    row = Promise.withResolvers();
    inner.tokens.row = row.promise;
  });

  afterEach(async () => {
    row.resolve();
    await inner.close();
  });

  it('that ends while the broker closes is answered, and ends its connection as the ordinary way does', async () => {
    const answer = sendRaw(inner.doors.port, bytes);
    await eventually(() => inner.tokens.looks === 1);
    const closed = inner.close();
    await eventually(() => !inner.doors.app.getHttpServer().listening);
    row.resolve();
    expect(await answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await closed;
  });

  it('that fails as nobody expected leaves the request to the ordinary way, which counts it once', async () => {
    row.reject(new Error('a defect'));
    const answer = await sendRaw(
      inner.doors.port,
      bytes.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'),
    );
    expect(answer).toMatchObject({ status: 200, headers: { ratelimit: '"key";r=2;t=1' } });
    expect([inner.handOuts.counted.length, inner.tokens.handedOutAtOnce]).toEqual([1, 0]);
  });

  it('whose caller leaves does no harm', async () => {
    const socket = connect({ port: inner.doors.port, host: '127.0.0.1' });
    socket.write(bytes);
    await eventually(() => inner.tokens.looks === 1);
    socket.destroy();
    await once(socket, 'close');
    row.resolve();
    const answer = await sendRaw(
      inner.doors.port,
      bytes.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'),
    );
    expect(answer.status).toBe(200);
  });
});
