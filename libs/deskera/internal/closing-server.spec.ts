import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, SystemClock } from '#kernel';
import { fakeToken } from '../testing/index.js';
import { httpAnswer, RawServer } from '../testing/raw-server.js';
import { wiredDeskera, type WiredDeskera } from '../testing/wired-deskera.js';

const pair = JSON.stringify({
  accessToken: fakeToken().reveal(),
  refreshToken: fakeToken().reveal(),
});

let server: RawServer;
let wired: WiredDeskera;

beforeEach(async () => {
  // It resets the connection in the moment in which the next request could be under way on it.
  server = await RawServer.start((socket) => {
    socket.write(httpAnswer(200, pair));
    socket.once('data', () => socket.resetAndDestroy());
    setTimeout(() => socket.end(), 30);
  });
  wired = await wiredDeskera({ timeoutSeconds: 60 }, new SystemClock());
});

afterEach(async () => {
  await wired.close();
  await server.close();
});

describe('a server that closes each connection shortly after its answer', () => {
  it.each(['v1', 'v2'] as const)('loses no exchange and no refresh of %s', async (apiVersion) => {
    const target = { apiVersion, apiUrl: server.url };
    const kinds: string[] = [];
    for (let count = 0; count < 30; count += 1) {
      kinds.push((await wired.deskera.validate(target, fakeToken())).kind);
      await after(count % 3 === 0 ? 0 : 29);
      kinds.push((await wired.deskera.exchangeCode(target, Secret.of('a-code'))).kind);
      const identity = { tenantId: null, userName: null };
      const request = { refreshToken: fakeToken(), identity, mayStillSend: () => true };
      kinds.push((await wired.deskera.refresh(target, request)).kind);
    }
    expect(kinds.filter((kind) => kind !== 'granted' && kind !== 'valid')).toEqual([]);
  });
});
