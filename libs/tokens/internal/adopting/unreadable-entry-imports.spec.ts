import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { testEncryptionKeys } from '#crypto/testing';
import { FakeDeskera } from '#deskera/testing';
import type { Secret, TenantId } from '#kernel';
import { ConnectionAdoptions } from '#connections';
import { breakCall, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { GrantImports, type ImportedGrant } from '../../grant-imports.js';

let database: TestDatabase;
let deskera: FakeDeskera;
let replica: TestReplica;
let tenantId: TenantId;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(() => {
  deskera = new FakeDeskera({ now: () => new Date() });
  tenantId = randomTenant();
});

afterEach(() => replica.close());

function bringIn({ refreshToken }: { readonly refreshToken: Secret }): Promise<ImportedGrant> {
  return replica
    .get(GrantImports)
    .import({ tenantId, apiVersion: 'v1', refreshToken, token: null, requiredOrgId: null });
}

/** Of an org of its own. */
function keptGrant() {
  return deskera.issueGrant({ id: tenantId, name: 'Kept Org', email: 'person@kept.example' });
}

describe('an entry in the spool that can not be opened', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'token-broker-import-'));
    replica = await openTestReplica({
      databaseUrl: database.url,
      deskera,
      dataFolder: folder,
      tokens: { timeoutSeconds: 2 },
    });
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['of a newer broker', 'test', (text: string) => text.replace('"version":1', '"version":2')],
    ['whose key is missing', 'another-key', (text: string) => text],
  ])('%s holds up an import of the same pair, and no other', async (_, keyId, spoil) => {
    const held = keptGrant();
    breakCall(replica.get(ConnectionAdoptions), 'adopt');
    await expect(bringIn({ refreshToken: held.refreshToken })).rejects.toMatchObject({
      code: 'broker_unavailable',
    });
    await replica.close();
    const spool = join(folder, 'spool');
    const [name = ''] = (await readdir(spool)).filter((each) => each.endsWith('.json'));
    await writeFile(join(spool, name), spoil(await readFile(join(spool, name), 'utf8')));
    await admin('DELETE FROM adoption_claim');
    const encryptionKeys = testEncryptionKeys(keyId);
    replica = await openTestReplica({
      databaseUrl: database.url,
      deskera,
      dataFolder: folder,
      encryptionKeys,
    });
    await expect(bringIn({ refreshToken: held.refreshToken })).rejects.toMatchObject({
      code: 'deskera_unavailable',
    });
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    tenantId = randomTenant();
    expect(await bringIn({ refreshToken: keptGrant().refreshToken })).toMatchObject({ wasThere: false });
    expect(await readdir(spool)).toContain(name);
  });
});

async function admin(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}
