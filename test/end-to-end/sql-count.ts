import pg from 'pg';

/** What runs anyway: polls of the change feed, the upkeep of the replica's own session, and the timer's batches of counts. */
const background =
  /^(change_read|change_notify|SELECT 1|LISTEN|SELECT pg_try_advisory_lock|hand_out_add|service_key_use_record)/;

/** Counts the statements that this process sends while the work goes on, but for what runs anyway. */
export async function statementsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const prototype = pg.Client.prototype as { query: (...values: unknown[]) => unknown };
  const { query } = prototype;
  const sent: string[] = [];
  prototype.query = function counted(this: unknown, ...values: unknown[]): unknown {
    const [first] = values;
    const { name, text } =
      typeof first === 'string' ? { name: undefined, text: first } : (first as pg.QueryConfig);
    const word = name ?? text;
    if (!background.test(word)) sent.push(word);
    return query.apply(this, values);
  };
  try {
    await work();
  } finally {
    prototype.query = query;
  }
  return sent;
}
