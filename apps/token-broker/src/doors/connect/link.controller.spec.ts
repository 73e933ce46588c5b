import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure, Secret } from '#kernel';
import { openDoor, type DoorBench } from './testing/door-bench.js';

const authPage = 'https://appauth.deskera.example/?state=the-state';
const url = '/connect/the-link';

let door: DoorBench;

beforeAll(async () => {
  door = await openDoor();
});

afterAll(async () => {
  await door.app.close();
});

describe('GET /connect/{id}', () => {
  it('sends the browser to Deskera, with a cookie that binds it', async () => {
    door.oauth.link = { kind: 'auth_page', redirectTo: Secret.of(authPage), browserId: Secret.of('browser') };
    const answer = await door.app.inject({ url, headers: { cookie: '__Host-dtb-browser=earlier' } });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers).toMatchObject({
      location: authPage,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'set-cookie': '__Host-dtb-browser=browser; Path=/; Max-Age=87300; HttpOnly; SameSite=Lax; Secure',
    });
    const [opening] = door.oauth.opened.splice(0);
    expect(opening?.linkId.reveal()).toBe('the-link');
    expect(opening?.browserId?.reveal()).toBe('earlier');
    expect(opening?.labelSeen).toBe(false);
  });

  it('shows the label, and goes on from there', async () => {
    door.oauth.link = { kind: 'label', label: 'Acme & Sons' };
    const answer = await door.app.inject({ url });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body).toContain('Connect a Deskera organisation to Acme &amp; Sons');
    expect(answer.body).toContain('href="?continue=yes"');
    await door.app.inject({ url: `${url}?continue=yes` });
    expect(door.oauth.opened.splice(0).map(({ labelSeen }) => labelSeen)).toEqual([false, true]);
  });

  it('is a page with 410 where the link is no longer valid', async () => {
    door.oauth.link = new Failure('link_expired', 'This connect link is no longer valid.');
    const answer = await door.app.inject({ url });
    expect(answer.statusCode).toBe(410);
    expect(answer.body).toContain('This link is no longer valid');
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  });

  it('is a page with 503 where the broker can not answer', async () => {
    door.oauth.link = new Failure('broker_unavailable', 'Not now.', { retryAfterSeconds: 1 });
    const answer = await door.app.inject({ url });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
  });
});

describe('HEAD /connect/{id}', () => {
  it('opens nothing', async () => {
    door.oauth.opened.length = 0;
    door.oauth.link = { kind: 'label', label: 'Acme' };
    const answer = await door.app.inject({ method: 'HEAD', url });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe('');
    expect(door.oauth.opened).toHaveLength(0);
    expect(door.oauth.peeked).toEqual(['the-link']);
  });

  it('tells that the link is no longer valid', async () => {
    door.oauth.link = new Failure('link_expired', 'No longer valid.');
    expect((await door.app.inject({ method: 'HEAD', url })).statusCode).toBe(410);
  });
});
