import type pg from 'pg';
import { randomBetween, type Clock } from '#kernel';
import type { Queryable } from '../database.js';
import type { Login } from '../login/login.js';
import { LoginClient } from '../login/login-client.js';
import { LoginFailure } from '../login/login-failure.js';

/** A migration did not come to its end, and why in one sentence that holds no value. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';
}

/** A server that starts beside it is up by then. */
const loginTries = 6;
const loginWaitMilliseconds = 2_000;

/** A try waits for a lock for two seconds, and lets others pass for about as long. */
const lockTries = 30;
const lockWaitMilliseconds = 2_000;

/** Another one may be building an index. */
const longestTurnMilliseconds = 900_000;
const turnWaitMilliseconds = 500;

/** "dtb" and a number of our own: whoever migrates this database holds it. */
const migrationLock = 0x647462_01;

/** 55P03: a lock was not free in time; 40P01: a deadlock was ended. */
const lockTrouble = new Set(['55P03', '40P01']);

/** @throws MigrationFailed after bounded tries */
export async function openSession(login: Login, clock: Clock): Promise<pg.Client> {
  for (let tried = 1; ; tried += 1) {
    const client = new LoginClient({ login });
    try {
      return await client.connect();
    } catch (error) {
      await client.end();
      if (!(error instanceof LoginFailure)) throw error;
      if (tried >= loginTries) throw new MigrationFailed(`${login.setting}: ${error.message}.`);
    }
    await clock.sleep(randomBetween(loginWaitMilliseconds / 2, loginWaitMilliseconds));
  }
}

/** Asks again and again, since a session that waits for a lock is cut off by `lock_timeout`. @throws MigrationFailed */
export async function takeTurn(client: pg.Client, clock: Clock): Promise<void> {
  const late = clock.monotonicMilliseconds() + longestTurnMilliseconds;
  while (clock.monotonicMilliseconds() < late) {
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [
      migrationLock,
    ]);
    if (rows[0]?.held === true) return;
    await clock.sleep(turnWaitMilliseconds);
  }
  throw new MigrationFailed('Another migration has been under way for fifteen minutes.');
}

/** Does the work again where it found a lock taken: what queued behind it has passed meanwhile. @throws MigrationFailed */
export async function withLocks<Result>(clock: Clock, work: () => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (!lockTrouble.has(sqlStateOf(error))) throw error;
      if (tried >= lockTries) {
        throw new MigrationFailed(
          'A table stays locked by others: look for a transaction that does not end.',
        );
      }
    }
    await clock.sleep(randomBetween(lockWaitMilliseconds / 2, lockWaitMilliseconds));
  }
}

export function asQueryable(client: pg.Client): Queryable {
  return {
    rows: async <Row extends pg.QueryResultRow>({ text }: { text: string }, values: readonly unknown[]) =>
      (await client.query<Row>(text, [...values])).rows,
    foreign: (text, values) => client.query(text, values === undefined ? undefined : [...values]),
  };
}

function sqlStateOf(error: unknown): string {
  return Error.isError(error) && 'code' in error ? String(error.code) : '';
}
