import type { Client } from 'pg';
import { announcing } from '#connections';

/** An event of every connection at once, numbered and put into the outbox as any change does it. */
export async function tellOfAll(client: Client): Promise<void> {
  await client.query(
    `WITH told AS (
       SELECT connection_id, 'connection.connected' AS type, '{"replaced": true}'::jsonb AS detail FROM connection
     ), ${announcing('told')}
     SELECT count(*) FROM told`,
  );
}

/** Whether nothing waits, neither in the outbox nor for its try. */
export async function allRecorded(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ waiting: boolean }>(
    `SELECT EXISTS (SELECT FROM webhook_event WHERE relayed_at IS NULL)
            OR EXISTS (SELECT FROM webhook_delivery WHERE status = 'pending') AS waiting`,
  );
  return rows[0]?.waiting === false;
}
