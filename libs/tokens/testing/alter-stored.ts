import type { TenantId } from '#kernel';
import { ChangeFeed } from '#database';
import type pg from 'pg';
import type { TestReplica } from './test-replica.js';

/**
 * Changes a tenant's stored row behind the replicas' back, and makes them forget it.
 * @param assignment as in `SET`
 */
export async function alterStored(
  admin: pg.Client,
  replicas: readonly TestReplica[],
  tenantId: TenantId,
  assignment: string,
  table: 'credential' | 'connection_upkeep' = 'credential',
): Promise<void> {
  await admin.query(
    `UPDATE ${table} SET ${assignment}
      WHERE connection_id IN (SELECT connection_id FROM connection WHERE tenant_id = $1)`,
    [tenantId],
  );
  const told = replicas.map(forgetsSomething);
  await admin.query(`INSERT INTO change (subject) VALUES ('tenant:' || $1)`, [tenantId]);
  await Promise.all(told);
}

function forgetsSomething(replica: TestReplica): Promise<void> {
  return new Promise((resolve) => {
    const forgot = (): void => {
      resolve();
    };
    replica.get(ChangeFeed).subscribe({ changed: forgot, reset: forgot });
  });
}
