/**
 * CTEs that put what is told into the outbox, in the statement that changes the connection. The number is drawn under the
 * locks that the statement holds on the connection's rows, so that numbers follow the order of the commits; it stands in a
 * table of its own, because no statement updates a row twice. Who was told that a reconnect is needed is told `recovered`
 * by whatever connects next, an activation too.
 * @param source a CTE with `connection_id`, `type` and `detail`, of one row or none
 */
export function announcing(source: string): string {
  return `numbered AS (
     INSERT INTO connection_announcement AS a (connection_id, number, type)
     SELECT connection_id, 1, type FROM ${source}
     ON CONFLICT (connection_id) DO UPDATE
        SET number = a.number + 1,
            type = CASE WHEN a.type = 'connection.reconnect_required' AND excluded.type = 'connection.connected'
                        THEN 'connection.recovered' ELSE excluded.type END
     RETURNING connection_id, number, type
   ), announced AS (
     INSERT INTO webhook_event (event_id, connection_id, number, type, tenant_id, org_id, org_name, detail)
     SELECT gen_random_uuid(), m.connection_id, m.number, m.type, n.tenant_id, n.org_id, n.org_name, t.detail
       FROM numbered m
       JOIN connection n ON n.connection_id = m.connection_id
       JOIN ${source} t ON t.connection_id = m.connection_id
   )`;
}
