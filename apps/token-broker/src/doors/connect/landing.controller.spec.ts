import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '#kernel';
import { openDoor, type DoorBench } from './testing/door-bench.js';

let door: DoorBench;

beforeAll(async () => {
  door = await openDoor();
});

afterAll(async () => {
  await door.app.close();
});

beforeEach(() => {
  door.oauth.arrived.length = 0;
  door.oauth.landing = null;
});

describe('GET /connected', () => {
  it('lets the browser arrive with its cookie', async () => {
    door.oauth.landing = { status: 'connected', code: null, redirectTo: null };
    const answer = await door.app.inject({
      url: '/connected?session=the-session',
      headers: { cookie: '__Host-dtb-browser=browser' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('<h1>Connected</h1>');
    expect(answer.body).not.toContain('the-session');
    expect(door.oauth.arrived[0]?.sessionId).toBe('the-session');
    expect(door.oauth.arrived[0]?.browserIds[0]?.reveal()).toBe('browser');
  });

  it("goes on to the service's page where there is one", async () => {
    door.oauth.landing = {
      status: 'connected',
      code: null,
      redirectTo: 'https://app.example/done?session=S',
    };
    const answer = await door.app.inject({ url: '/connected?session=S' });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('https://app.example/done?session=S');
  });

  it('is a page with 403 for another browser', async () => {
    door.oauth.landing = new Failure('wrong_browser', 'Another one.');
    const answer = await door.app.inject({ url: '/connected?session=S' });
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('This was begun in another browser');
  });

  it.each(['/connected', '/connected?session=', '/connected?session=&session='])(
    'claims nothing without a session: %s',
    async (url) => {
      const answer = await door.app.inject({ url });
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toContain('You can close this window');
      expect(door.oauth.arrived).toHaveLength(0);
    },
  );

  it('is a page with 400 where two sessions are named, and claims neither', async () => {
    const answer = await door.app.inject({ url: '/connected?session=a&session=b' });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(door.oauth.arrived).toHaveLength(0);
  });

  it('activates nothing for a HEAD', async () => {
    const answer = await door.app.inject({ method: 'HEAD', url: '/connected?session=S' });
    expect(answer.statusCode).toBe(200);
    expect(door.oauth.arrived).toHaveLength(0);
  });
});

it.each([{ 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }, { 'x-purpose': 'preview' }])(
  'A landing that is fetched ahead of the person (%j) changes nothing.',
  async (headers) => {
    const answer = await door.app.inject({ url: '/connected?session=S', headers });
    expect(answer.statusCode).toBe(204);
    expect(door.oauth.arrived).toHaveLength(0);
  },
);

describe('GET /not-connected', () => {
  it('says what went wrong and what to do next', async () => {
    const answer = await door.app.inject({ url: '/not-connected?session=S&status=failed&code=org_mismatch' });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('That was another organisation');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('shows nothing that the address made up', async () => {
    const answer = await door.app.inject({ url: '/not-connected?code=%3Cscript%3E' });
    expect(answer.body).not.toContain('script>');
    expect(answer.body).toContain('The organisation was not connected');
  });
});
