import type { ClientBase } from 'pg';

/**
 * Whether this connection leads to one session of the server for good. A pooler cannot know at the start which session
 * will answer, and tells a process id of its own making: what was prepared, locked or listened to through it is soon
 * another's.
 */
export async function hasOwnSession(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ processId: number }>('SELECT pg_backend_pid() AS "processId"');
  const { processID: told } = client as unknown as { readonly processID: number | null };
  return told !== null && told === rows[0]?.processId;
}
