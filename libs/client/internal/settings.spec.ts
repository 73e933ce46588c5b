import { expect, it } from '@jest/globals';
import type { TokenBrokerOptions } from '../options.js';
import { readOptions } from './settings.js';

const good = { url: 'http://broker:3000', key: 'dtb_1_secret' };

it('has defaults', () => {
  expect(readOptions(good)).toMatchObject({
    brokerUrl: 'http://broker:3000',
    cacheSeconds: 0,
    maxWaitSeconds: 5,
    timeoutSeconds: 15,
  });
});

it.each([
  ['http://broker:3000/', 'http://broker:3000'],
  ['https://inside.example/tokens/', 'https://inside.example/tokens'],
  [new URL('https://inside.example/tokens'), 'https://inside.example/tokens'],
])('takes %s', (url, brokerUrl) => {
  expect(readOptions({ ...good, url })).toMatchObject({ brokerUrl });
});

it.each([
  [{ url: 'broker:3000' }, TypeError],
  [{ url: '' }, TypeError],
  [{ url: 'ftp://broker' }, TypeError],
  [{ url: 'http://user:pass8472@broker' }, TypeError],
  [{ url: 'http://broker?key=8472' }, TypeError],
  [{ key: '' }, TypeError],
  [{ key: 'dtb_8472\n' }, TypeError],
  [{ key: 'dtb 8472' }, TypeError],
  [{ key: undefined as unknown as string }, TypeError],
  [{ cacheSeconds: 0 }, RangeError],
  [{ cacheSeconds: 31 }, RangeError],
  [{ cacheSeconds: NaN }, RangeError],
  [{ cacheSeconds: '5' as unknown as number }, RangeError],
  [{ maxWaitSeconds: -1 }, RangeError],
  [{ maxWaitSeconds: Infinity }, RangeError],
  [{ timeoutSeconds: 0 }, RangeError],
] as [Partial<TokenBrokerOptions>, ErrorConstructor][])(
  'refuses %j, and does not repeat it',
  (option, kind) => {
    const reading = (): unknown => readOptions({ ...good, ...option });
    expect(reading).toThrow(kind);
    expect(reading).toThrow(Object.keys(option)[0]);
    expect(reading).not.toThrow(/8472/);
  },
);
