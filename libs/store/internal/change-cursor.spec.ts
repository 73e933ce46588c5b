import { beforeEach, describe, expect, it } from '@jest/globals';
import { ChangeCursor } from './change-cursor.js';
import type { Queryable } from './database.js';
import { ServerLives } from './server-lives.js';

interface Answer {
  readonly horizon: string;
  /** Null: the server does not write, as one in recovery. */
  readonly life: string | null;
  readonly flushed: string | null;
}

const first: Answer = { horizon: '100', life: 'first', flushed: '1000000' };
const change = { changeId: '1', subject: 'tenant:acme' };

let answer: Answer;
let cursor: ChangeCursor;

beforeEach(async () => {
  const database: Pick<Queryable, 'rows'> = { rows: async () => [{ ...answer, ...change }] as never };
  cursor = new ChangeCursor(database);
  answer = first;
  await cursor.advance();
});

describe('the cursor of changes', () => {
  it('goes on in the same life of the server, and tells a change once', async () => {
    cursor.forget();
    const other = new ChangeCursor({
      rows: async () => [{ ...answer, changeId: null, subject: null }] as never,
    });
    await other.advance();
    expect(await other.advance()).toMatchObject({ subjects: [], life: 'first', isOtherLife: false });
    expect(await cursor.advance()).toMatchObject({ subjects: 'missed', isOtherLife: false });
    expect(await cursor.advance()).toMatchObject({ subjects: [], isOtherLife: false });
  });

  it('may have missed something in another life of the server, whose transaction ids are already higher', async () => {
    answer = { ...first, life: 'second', horizon: '5000' };
    expect(await cursor.advance()).toMatchObject({ subjects: 'missed', life: 'second', isOtherLife: true });
    expect(await cursor.advance()).toMatchObject({ subjects: [], isOtherLife: false });
  });

  it('may have missed something where transaction ids went back', async () => {
    answer = { ...first, horizon: '99' };
    expect(await cursor.advance()).toMatchObject({ subjects: 'missed' });
  });

  it.each([
    ['is missing where the disk held more than part of a record before', '900000', true],
    ['is complete where only part of a record is gone', '940000', false],
    ['is complete where the new life has as much', '1000000', false],
  ])('says whether WAL of the life before %s', async (_, flushed, isWalMissing) => {
    answer = { ...first, life: 'second', flushed };
    expect(await cursor.advance()).toMatchObject({ isOtherLife: true, isWalMissing });
  });

  it('proves nothing by a server that does not write, and goes on from where it stood afterwards', async () => {
    answer = { ...first, life: null, flushed: null };
    await expect(cursor.advance()).rejects.toMatchObject({ code: 'broker_unavailable' });
    answer = first;
    expect(await cursor.advance()).toMatchObject({ subjects: [], isOtherLife: false });
  });
});

describe('a row that may be remembered', () => {
  let lives: ServerLives;
  let told: string[];

  beforeEach(() => {
    lives = new ServerLives();
    told = [];
    lives.onOther(() => void told.push('another life'));
    lives.onReadOnly(() => void told.push('read only'));
    lives.proved('first');
  });

  it('raises no doubt where it comes from the proven life of the server', () => {
    lives.recognize('first');
    expect(told).toEqual([]);
  });

  it('raises doubt where it comes from another life of the server', () => {
    lives.recognize('second');
    expect(told).toEqual(['another life']);
  });

  it('is not used where it comes from a server that does not write', () => {
    expect(() => {
      lives.recognize(null);
    }).toThrow(expect.objectContaining({ code: 'broker_unavailable' }));
    expect(told).toEqual(['read only']);
  });
});
