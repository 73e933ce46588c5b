import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Person } from '../../apps/local/src/demo/person.js';
import { startPlatform, type Platform } from './platform.js';

let platform: Platform;
let admin: pg.Client;
let watcher: pg.Client;
let tenants = 0;

beforeAll(async () => {
  platform = await startPlatform();
});

afterAll(async () => {
  await platform.close();
});

beforeEach(async () => {
  [admin, watcher] = [await connected(), await connected()];
});

afterEach(async () => {
  await Promise.all([admin.end(), watcher.end()]);
});

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  return client;
}

/** A V1 connect that awaits its landing: the person consented, and has not landed yet. */
async function consented(tenantId: string) {
  const { json } = await platform.broker.startConnect(tenantId, { apiVersion: 'v1', activation: 'browser' });
  const opened = await fetch(String(json['connectUrl']), { redirect: 'manual' });
  const cookie = opened.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const authPage = new URL(opened.headers.get('location') ?? '');
  authPage.searchParams.delete('redirect_uri');
  const person = new Person();
  await person.press(await person.open(authPage.href), 'Allow');
  return { sessionId: String(json['sessionId']), cookie };
}

const landings = {
  right: ({ sessionId, cookie }: { sessionId: string; cookie: string }) =>
    fetch(landingOf(sessionId), { headers: { cookie }, redirect: 'manual' }),
  wrong: ({ sessionId }: { sessionId: string }) => fetch(landingOf(sessionId), { redirect: 'manual' }),
};

function landingOf(sessionId: string): string {
  return `${platform.broker.url}/connected?session=${sessionId}`;
}

async function lockedStatements(): Promise<number> {
  const { rows } = await watcher.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}

/** The landing waits for the lock, or was answered without it. */
async function isHeldOrAnswered(landing: Promise<Response>, waiting: number): Promise<void> {
  const answered = landing.then(() => true);
  while ((await lockedStatements()) < waiting) {
    if (await Promise.race([answered, sleep(20, false)])) return;
  }
}

describe('the landings of two browsers in the same moment', () => {
  it.each([
    ['right', 'wrong'],
    ['wrong', 'right'],
    ['right', 'right'],
    ['wrong', 'wrong'],
  ] as const)(
    'leave a session that agrees with the connection: the %s browser came first, then the %s one',
    async (first, second) => {
      tenants += 1;
      const tenantId = `race-${String(tenants)}`;
      const connect = await consented(tenantId);
      await admin.query('BEGIN');
      await admin.query(
        `SELECT FROM credential c JOIN connection n USING (connection_id) WHERE n.tenant_id = $1 FOR UPDATE OF c`,
        [tenantId],
      );
      const one = landings[first](connect);
      await isHeldOrAnswered(one, 1);
      const other = landings[second](connect);
      await isHeldOrAnswered(other, 2);
      await admin.query('COMMIT');
      const statuses = (await Promise.all([one, other])).map(({ status }) => status);

      const session = await platform.broker.session(tenantId, connect.sessionId);
      const token = await platform.broker.token(tenantId);
      const isServed = first === 'right';
      expect([session.json['status'], token.status, statuses[0]]).toEqual(
        isServed ? ['connected', 200, 200] : ['failed', 404, 403],
      );
      const { rows } = await watcher.query(
        `SELECT c.sealed_refresh_token IS NOT NULL AS kept FROM credential c JOIN connection n USING (connection_id)
          WHERE n.tenant_id = $1`,
        [tenantId],
      );
      expect(rows).toEqual([{ kept: isServed }]);
      // Whoever comes second is told what the first one decided.
      expect(statuses[1]).toBe(200);
    },
  );
});
