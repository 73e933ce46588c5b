import pg from 'pg';
import { FakeDeskera, FakeGate } from '#deskera/testing';
import { ConnectionReads, type ConnectionRecord } from '#connections';
import { createTestDatabase } from '../../../test/postgres/index.js';
import { Upkeep } from '../upkeep.js';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from './test-replica.js';

const longestRoundMilliseconds = 120_000;

/** One replica on a database of its own, where nothing is due but what a test makes so. */
export class UpkeepBench {
  private constructor(
    readonly replica: TestReplica,
    readonly deskera: FakeDeskera,
    readonly gate: FakeGate,
    readonly admin: pg.Client,
    private readonly opened: AsyncDisposableStack,
  ) {}

  static async open(maxConcurrency: number): Promise<UpkeepBench> {
    await using opening = new AsyncDisposableStack();
    const database = await createTestDatabase();
    opening.defer(() => database.drop());
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    opening.defer(() => admin.end());
    const deskera = new FakeDeskera({ now: () => new Date() });
    const gate = new FakeGate();
    const replica = await openTestReplica({
      databaseUrl: database.url,
      deskera,
      gate,
      maxConcurrency,
      tokens: { timeoutSeconds: 2 },
    });
    opening.defer(() => replica.close());
    return new UpkeepBench(replica, deskera, gate, admin, opening.move());
  }

  close(): Promise<void> {
    return this.opened.disposeAsync();
  }

  /** @returns the connection's id; each is of another tenant and another org */
  async connected(tenantId = randomTenant()): Promise<string> {
    const org = { id: tenantId, name: 'Some Org', email: 'person@example.com' };
    return (await connectTenant(this.replica, this.deskera, { tenantId, org })).connectionId;
  }

  async dueSince(secondsAgo: number, ...connectionIds: readonly string[]): Promise<void> {
    await this.admin.query(
      'UPDATE connection_upkeep SET next_due_at = now() - make_interval(secs => $1) WHERE connection_id = ANY ($2)',
      [secondsAgo, connectionIds],
    );
  }

  dueNow(...connectionIds: readonly string[]): Promise<void> {
    return this.dueSince(0, ...connectionIds);
  }

  async countDue(connectionIds: readonly string[]): Promise<number> {
    const { rowCount } = await this.admin.query(
      'SELECT FROM connection_upkeep WHERE next_due_at <= now() AND connection_id = ANY ($1)',
      [connectionIds],
    );
    return rowCount ?? 0;
  }

  async read(connectionId: string): Promise<ConnectionRecord> {
    const record = await this.replica.get(ConnectionReads).find(connectionId);
    if (record === null) throw new Error('the connection is missing');
    return record;
  }

  /** One round, which has to end. */
  async sweep(): Promise<void> {
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(reject, longestRoundMilliseconds, new Error('the round goes on and on')).unref();
    });
    await Promise.race([this.replica.get(Upkeep).sweep(), late]);
  }
}
