import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import pg from 'pg';
import { FakeDeskera, ourFault, passing, refused } from '#deskera/testing';
import type { TenantId } from '#kernel';
import {
  ConnectionLeases,
  ConnectionReads,
  ConnectionSaves,
  DatabaseTime,
  GrantSpool,
  type ConnectionRecord,
} from '#store';
import { hasWatchedTheClock } from '#store/testing';
import {
  alterStored,
  breakCall,
  connectTenant,
  openTestReplica,
  randomTenant,
  type TestReplica,
} from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { lost } from './call-result.js';
import { Refresher } from './refresher.js';

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let replica: TestReplica;
let tenantId: TenantId;
let connectionId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

beforeEach(async () => {
  deskera = new FakeDeskera({ now: () => new Date() });
  replica = await openTestReplica({ databaseUrl: database.url, deskera, tokens: { timeoutSeconds: 2 } });
  tenantId = randomTenant();
  ({ connectionId } = await connectTenant(replica, deskera, { tenantId }));
});

afterEach(() => replica.close());

describe('a refresh while one of the same connection is under way in this process', () => {
  it('sends nothing, however free the lease of the first looks', async () => {
    breakCall(replica.get(ConnectionLeases), 'renew');
    const held = deskera.holdNext('refresh');
    const first = refresh();
    await held.arrived;
    hasWatchedTheClock(replica.get(DatabaseTime));
    const ended = `lease_until = now() - interval '1 hour', attempt_until = now() - interval '1 hour'`;
    await alterStored(admin, [replica], tenantId, ended, 'connection_upkeep');
    expect(await refresh()).toEqual(lost);
    held.release();
    await first;
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    await refresh();
    expect(deskera.callsOf('refresh')).toHaveLength(2);
  });
});

describe('the log of a refresh', () => {
  it.each<[string, () => void]>([
    ['succeeds', () => undefined],
    ['is refused', () => deskera.answerNext('refresh', refused())],
    ['is not answered', () => deskera.loseNext('refresh')],
    ['meets a server error', () => deskera.answerNext('refresh', passing('server_error'))],
    ['meets a refused client', () => deskera.answerNext('refresh', ourFault())],
    ['brings a grant that goes to the spool', () => breakCall(replica.get(ConnectionSaves), 'saveRefresh')],
    [
      'brings a grant whose save and spool fail first',
      () => {
        const mendSave = breakCall(replica.get(ConnectionSaves), 'saveRefresh');
        const mendSpool = breakCall(replica.get(GrantSpool), 'put');
        setTimeout(() => {
          mendSpool();
          mendSave();
        }, 200);
      },
    ],
  ])('holds no token of a refresh that %s', async (_, arrange) => {
    arrange();
    const { messages, logger } = everyLevel();
    Logger.overrideLogger(logger);
    try {
      await refresh();
    } finally {
      Logger.overrideLogger(false);
    }
    const said = JSON.stringify(messages);
    const sent = deskera.calls.map((call) => call.sent.reveal());
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    const next = await replica.get(ConnectionReads).token(await record());
    for (const secret of [...sent, ...(next === null ? [] : [next.reveal()])])
      expect(said).not.toContain(secret);
  });
});

async function record(): Promise<ConnectionRecord> {
  const found = await replica.get(ConnectionReads).find(connectionId);
  if (found === null) throw new Error('the connection is missing');
  return found;
}

async function refresh() {
  return replica.get(Refresher).refresh({ seen: await record(), wantedTtlSeconds: null, held: null });
}

function everyLevel(): { readonly messages: unknown[]; readonly logger: LoggerService } {
  const messages: unknown[] = [];
  const keep = (...said: unknown[]): void => void messages.push(said);
  const logger = { log: keep, error: keep, warn: keep, debug: keep, verbose: keep, fatal: keep };
  return { messages, logger };
}
