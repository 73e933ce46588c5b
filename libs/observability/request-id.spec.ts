import { describe, expect, it } from '@jest/globals';
import { requestIdFrom } from '#observability';

describe('the request id', () => {
  it.each(['1', 'a.b_c:d-e', 'x'.repeat(128)])(
    "is the caller's own where it is a plain word: %s",
    (header) => {
      expect(requestIdFrom(header)).toBe(header);
    },
  );

  it.each([undefined, '', 'a b', 'a\nb', '"', 'ü', 'x'.repeat(129), ['a', 'b']])(
    'is made up otherwise: %j',
    (header) => {
      const made = requestIdFrom(header);
      expect(made).toMatch(/^[A-Za-z0-9_.:-]{1,128}$/);
      expect(requestIdFrom(header)).not.toBe(made);
    },
  );
});
