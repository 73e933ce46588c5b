import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure, Secret } from '#kernel';
import { openDoor, type DoorBench } from './testing/door-bench.js';

const authPage = 'https://appauth.deskera.example/?state=the-state';
const url = '/connect/the-link';

const browser = Secret.of('browser');
const cookies = ['-' + browser.fingerprint(), ''].map(
  (suffix) => `__Host-dtb-browser${suffix}=browser; Path=/; Max-Age=87300; HttpOnly; SameSite=Lax; Secure`,
);
const labelled = { kind: 'label', label: 'Acme', browserId: browser, labelProof: 'the-proof' } as const;

let door: DoorBench;

beforeAll(async () => {
  door = await openDoor();
});

afterAll(async () => {
  await door.app.close();
});

describe('GET /connect/{id}', () => {
  it('sends the browser to Deskera, with a cookie that binds it', async () => {
    door.oauth.link = { kind: 'auth_page', redirectTo: Secret.of(authPage), browserId: browser };
    const answer = await door.app.inject({ url, headers: { cookie: '__Host-dtb-browser=earlier' } });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers).toMatchObject({
      location: authPage,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'set-cookie': cookies,
    });
    const [opening] = door.oauth.opened.splice(0);
    expect(opening?.linkId.reveal()).toBe('the-link');
    expect(opening?.browserIds.map((id) => id.reveal())).toEqual(['earlier']);
    expect(opening?.labelProof).toBeNull();
  });

  it('shows the label, and goes on from there', async () => {
    door.oauth.link = { ...labelled, label: 'Acme & Sons' };
    const answer = await door.app.inject({ url });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['set-cookie']).toEqual(cookies);
    expect(answer.body).toContain('Connect a Deskera organisation to Acme &amp; Sons');
    expect(answer.body).toContain('href="?continue=the-proof"');
    await door.app.inject({ url: `${url}?continue=the-proof` });
    expect(door.oauth.opened.splice(0).map(({ labelProof }) => labelProof)).toEqual([null, 'the-proof']);
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

it('A link that is fetched ahead of the person begins nothing.', async () => {
  door.oauth.opened.length = 0;
  const answer = await door.app.inject({ url, headers: { 'sec-purpose': 'prefetch' } });
  expect(answer.statusCode).toBe(204);
  expect(door.oauth.opened).toHaveLength(0);
});

describe('HEAD /connect/{id}', () => {
  it('opens nothing', async () => {
    door.oauth.opened.length = 0;
    door.oauth.link = labelled;
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
