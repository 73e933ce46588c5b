import pg from 'pg';

/** Runs SQL over a connection of its own. */
export async function onServer(url: string, ...statements: readonly string[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  // A statement may end its own session.
  client.on('error', () => undefined);
  await client.connect();
  try {
    let last: pg.QueryResult | null = null;
    for (const statement of statements) last = await client.query(statement);
    if (last === null) throw new Error('there was no statement');
    return last;
  } finally {
    await client.end();
  }
}

/** The next transaction id of the server. */
export async function nextTransactionId(url: string): Promise<bigint> {
  const { rows } = await onServer(url, 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next');
  return BigInt((rows as { next: string }[])[0]?.next ?? 0);
}

/**
 * Commits that many transactions that a crash may forget, as a claim's: they wait for no disk.
 * @param url of a server with a long `wal_writer_delay`
 */
export async function forgettableCommits(url: string, count: number): Promise<void> {
  const commits = Array.from({ length: count }, () => 'SELECT pg_current_xact_id()');
  await onServer(url, 'SET synchronous_commit = off', ...commits);
}

export async function commits(url: string, count: number): Promise<void> {
  await onServer(url, ...Array.from({ length: count }, () => 'SELECT pg_current_xact_id()'));
}
