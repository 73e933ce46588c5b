import { Secret } from '#kernel';
import pg from 'pg';

/** Lets a session expire: its time is the database's, which no test can set. */
export async function expireSession(databaseUrl: string, sessionId: string): Promise<void> {
  const text = `UPDATE connect_session SET expires_at = now() - interval '1 second' WHERE session_sha256 = $1`;
  await execute(databaseUrl, text, [Secret.of(sessionId).sha256()]);
}

/** Makes an exchange look as if it had begun so long ago. */
export async function ageExchange(databaseUrl: string, stateSha256: Buffer, seconds: number): Promise<void> {
  const text =
    'UPDATE connect_state SET consumed_at = now() - make_interval(secs => $2) WHERE state_sha256 = $1';
  await execute(databaseUrl, text, [stateSha256, seconds]);
}

async function execute(databaseUrl: string, text: string, values: readonly unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(text, [...values]);
  } finally {
    await client.end();
  }
}
