import type { PartHealth } from '#kernel';
import { named, objectOf, text, wordOf } from '../openapi/schemas.js';

const members = {
  status: wordOf<PartHealth['status']>('How it is.', {
    ok: 'as it should be',
    degraded: 'works, with something missing',
    down: 'does not work',
  }),
  facts: {
    type: 'object',
    description: 'Lags, counts, error classes.',
    additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
  },
};

export const partHealth = named(
  'PartHealth',
  objectOf<PartHealth>({ part: text('Which part of the replica.'), ...members }),
);

/** Where the part is named already. */
export const health = named('Health', objectOf<Omit<PartHealth, 'part'>>(members));
