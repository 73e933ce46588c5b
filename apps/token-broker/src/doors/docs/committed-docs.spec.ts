import { readFile, writeFile } from 'node:fs/promises';
import { env } from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { brokerDocument } from './broker-document.js';
import { errorsText } from './errors-page.js';

const docs = new URL('../../../../../docs/', import.meta.url);

describe('what is committed under docs/', () => {
  it.each([
    ['openapi.json', 'UPDATE_OPENAPI', () => `${JSON.stringify(brokerDocument(), null, 2)}\n`],
    ['errors.md', 'UPDATE_ERRORS', errorsText],
  ])('as %s is what the doors say', async (name, update, write) => {
    const committed = new URL(name, docs);
    const text = write();
    if (env[update] === 'yes') await writeFile(committed, text);
    expect(text).toBe(await readFile(committed, 'utf8'));
  });
});
