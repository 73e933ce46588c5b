import { readFile, writeFile } from 'node:fs/promises';
import { env } from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { callNames, sent, toldOf } from '../testing/answer-row.js';
import { play, toldBy } from '../testing/answer-stage.js';
import { answerTable } from '../testing/answer-table.js';
import { answersPage } from '../testing/answers-page.js';

const committed = new URL('../../../docs/deskera-answers.md', import.meta.url);

const logged: string[] = [];

describe.each(answerTable)('$title', ({ rows }) => {
  describe.each(rows)('$comes', (row) => {
    it.each(callNames)('to %s', async (call) => {
      const { outcome, requests, lines } = await play(call, row.farSide);
      logged.push(...lines.map((line) => JSON.stringify(line)));
      expect(toldBy(outcome)).toBe(toldOf(row, call));
      if (outcome.kind === 'passing') expect(outcome.retryAfterSeconds).toBe(row.retryAfterSeconds ?? null);
      expect(requests).toBe(row.farSide.is === 'a server' ? 1 : 0);
      for (const secret of Object.values(sent)) expect(JSON.stringify(outcome)).not.toContain(secret);
      if ('summary' in outcome) expect(outcome.summary).toMatch(/^[\w ,:()-]+$/);
    });
  });
});

describe('none of them', () => {
  it.each(Object.values(sent))('is logged with what was sent: %#', (secret) => {
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join()).not.toContain(secret);
  });
});

describe('the page of answers', () => {
  it('is the one that is committed', async () => {
    const page = answersPage();
    if (env['UPDATE_ANSWERS'] === 'yes') await writeFile(committed, page);
    expect(page).toBe(await readFile(committed, 'utf8'));
  });
});
