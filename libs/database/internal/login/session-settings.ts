/** Settings of a session, by name. They travel in the startup message: no login needs a further round trip. */
export type SessionSettings = Readonly<Record<string, string>>;

/**
 * How values are written. A pooler in transaction mode tracks these four for each of its clients; it refuses the others in a
 * startup message.
 */
export const trackedSettings: SessionSettings = {
  client_encoding: 'UTF8',
  // `pg` reads times in the ISO style only.
  DateStyle: 'ISO, MDY',
  // Hours of hand-outs are counted in UTC.
  TimeZone: 'UTC',
  standard_conforming_strings: 'on',
};

/** Behind a pooler these cannot be set: the start compares them instead. */
const neededSettings: SessionSettings = {
  // A NULL in an array parameter must not become the text 'NULL'.
  array_nulls: 'on',
  // Claims skip locked rows and read a row again: both need a new snapshot for each statement.
  default_transaction_isolation: 'read committed',
  // A stored grant must survive a crash of the server. What may be forgotten says so in its own transaction.
  synchronous_commit: 'on',
};

const commonSettings: SessionSettings = {
  ...trackedSettings,
  ...neededSettings,
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  // Statements are short: compiling one takes longer than running it.
  jit: 'off',
  client_min_messages: 'warning',
  // An idle connection of the pool, and the replica's session, live for long.
  idle_session_timeout: '0',
};

/**
 * Not among them, on purpose: `default_transaction_read_only`, with which an operator fences a server; `row_security`, where
 * the default fails safely; `search_path`, which names the schema of an installation.
 */
export const brokerSettings: SessionSettings = {
  ...commonSettings,
  // Each statement has a limit of its own, which is shorter: these bound what a client that is gone leaves behind.
  statement_timeout: '30s',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '60s',
};

/** A migration may build an index for long, but waits for no lock for long: statements of the broker queue behind it. */
export const migrationSettings: SessionSettings = {
  ...commonSettings,
  statement_timeout: '0',
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '0',
};

/** What a session must have, whoever set it. */
export const requiredSettings: SessionSettings = { ...trackedSettings, ...neededSettings };
