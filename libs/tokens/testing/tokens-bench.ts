import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera } from '#deskera/testing';
import type { Adoption } from '../adoption.js';
import { DeskeraTokens, type DeskeraToken, type TokenRequest } from '../deskera-token.js';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { alterStored } from './alter-stored.js';
import {
  connectTenant,
  openTestReplica,
  randomTenant,
  type TestConnect,
  type TestReplica,
  type TestReplicaOptions,
} from './test-replica.js';

/** A database for the tests of a file, and for each of them a Deskera, a tenant, and replicas that are closed after it. */
export class TokensBench {
  deskera = newDeskera();
  tenantId = randomTenant();
  readonly #opened: TestReplica[] = [];
  #database: TestDatabase | null = null;
  #admin: pg.Client | null = null;

  /** A client of the database that is no replica's. */
  get admin(): pg.Client {
    return existing(this.#admin);
  }

  get databaseUrl(): string {
    return existing(this.#database).url;
  }

  async open(options: Partial<TestReplicaOptions> = {}): Promise<TestReplica> {
    const { databaseUrl, deskera } = this;
    const replica = await openTestReplica({ databaseUrl, deskera, ...options });
    this.#opened.push(replica);
    return replica;
  }

  /** Closes a replica before the end of the test. */
  async close(replica: TestReplica): Promise<void> {
    this.#opened.splice(this.#opened.indexOf(replica), 1);
    await replica.close();
  }

  /** Connects the tenant, unless the changes name another one. */
  connect(
    replica: TestReplica,
    changes: TestConnect = {},
  ): Promise<Adoption & { readonly connectionId: string }> {
    return connectTenant(replica, this.deskera, { tenantId: this.tenantId, ...changes });
  }

  /** Reads the tenant's token as an ordinary caller does, unless the wish says more. */
  read(replica: TestReplica, wish: Partial<TokenRequest> = {}): Promise<DeskeraToken> {
    const { tenantId } = this;
    const usual = { tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null };
    return replica.get(DeskeraTokens).get({ ...usual, ...wish });
  }

  /**
   * Changes the tenant's row behind the back of the open replicas, and makes them forget it.
   * @param assignment as in `SET`
   */
  alter(assignment: string, table?: 'credential' | 'connection_upkeep'): Promise<void> {
    return alterStored(this.admin, this.#opened, this.tenantId, assignment, table);
  }

  async setUp(): Promise<void> {
    this.#database = await createTestDatabase();
    this.#admin = new pg.Client({ connectionString: this.#database.url });
    await this.#admin.connect();
  }

  async tearDown(): Promise<void> {
    await this.#admin?.end();
    await this.#database?.drop();
  }

  begin(): void {
    this.deskera = newDeskera();
    this.tenantId = randomTenant();
  }

  async end(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((replica) => replica.close()));
    // Else a sweep of the next test could take up this one's connections, and use up the answers that are meant for its own.
    await this.admin.query('UPDATE connection_upkeep SET next_due_at = NULL');
  }
}

/** For the top of a file of tests: what they need stands before any hook of their own, and is gone before those that clean up. */
export function tokensBench(): TokensBench {
  const bench = new TokensBench();
  beforeAll(() => bench.setUp());
  afterAll(() => bench.tearDown());
  beforeEach(() => {
    bench.begin();
  });
  afterEach(() => bench.end());
  return bench;
}

function newDeskera(): FakeDeskera {
  return new FakeDeskera({ now: () => new Date() });
}

function existing<Item>(item: Item | null): Item {
  if (item === null) throw new Error('the bench is not set up yet');
  return item;
}
