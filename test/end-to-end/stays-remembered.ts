import { setTimeout as wait } from 'node:timers/promises';
import type { BrokerClient } from './broker-client.js';
import { statementsDuring } from './sql-count.js';

/** The poll that tells of the connect may come after the first read, and make the replica forget once more. */
export async function staysRemembered(broker: BrokerClient, tenantId: string): Promise<boolean> {
  for (let look = 0; look < 4; look += 1) {
    const statements = await statementsDuring(() => broker.token(tenantId));
    if (statements.some((name) => name.startsWith('connection_'))) return false;
    await wait(200);
  }
  return true;
}
