import { describe, expect, it } from '@jest/globals';
import { adminKey } from './read-admin-key.js';
import { clientId, clientSecrets } from './read-client.js';
import { encryptionKeys } from './read-encryption-keys.js';
import { trustedNetworks } from './read-networks.js';
import { folderPath, hostName, oneOf, seconds, wholeNumber, yesOrNo } from './read-plain.js';
import { databaseUrl, httpUrl, origins } from './read-urls.js';
import { Unfit, type TextReader } from './variable.js';

const bytes = (fill: (index: number) => number): string =>
  Buffer.from(Array.from({ length: 32 }, (_, index) => fill(index))).toString('base64');
const key = bytes((index) => (index * 37 + index * index * 11) % 256);
const otherKey = bytes((index) => (index * 91 + index * index * 7 + 5) % 256);
const adminText = 'an-admin-key-of-more-than-32-characters';

const table: readonly [string, TextReader<unknown>, Readonly<Record<string, unknown>>, readonly string[]][] =
  [
    [
      'a port',
      wholeNumber(0, 65_535),
      { '0': 0, '80': 80, '65535': 65_535 },
      ['65536', '-1', '1.5', '1e3', ' 80', 'x'],
    ],
    ['seconds', seconds(1, 10), { '1': 1, '10': 10 }, ['0', '11', '5s', '0x5', '9999999999999999']],
    ['a choice', oneOf(['v1', 'v2']), { v1: 'v1', v2: 'v2' }, ['V1', 'v3', 'v1 ', 'toString']],
    ['a switch', yesOrNo, { true: true, false: false }, ['yes', '1', 'TRUE']],
    [
      'a host to listen on',
      hostName,
      { '0.0.0.0': '0.0.0.0', '::1': '::1', localhost: 'localhost', 'a-b.c': 'a-b.c' },
      ['http://x', 'a b', '-a', '[::1]', 'x:80'],
    ],
    [
      'an http URL',
      httpUrl,
      {
        'https://a.example': 'https://a.example/',
        'http://localhost:4000/oauth2/': 'http://localhost:4000/oauth2/',
        'HTTPS://A.example/x': 'https://a.example/x',
      },
      [
        'a.example',
        '//a',
        'ftp://a',
        'https:a',
        'https://u@a',
        'https://a?',
        'https://a/#x',
        'https://a b',
        'https:\\\\a',
      ],
    ],
    [
      'a database URL',
      (text) => databaseUrl(text).reveal(),
      {
        'postgres://u:p@h/d': 'postgres://u:p@h/d',
        'postgresql://h:6432/d?ssl=1': 'postgresql://h:6432/d?ssl=1',
      },
      ['h/d', 'mysql://h/d', 'postgres:/h', 'postgres://h:x/d', 'postgres://h /d'],
    ],
    [
      'origins',
      origins,
      {
        'https://a.example, http://localhost:8080,https://a.example': [
          'https://a.example',
          'http://localhost:8080',
        ],
      },
      [
        'https://a/',
        'https://a/x',
        'https://A.example',
        'https://a:443',
        'null',
        '*',
        'a.example',
        'https://a,',
        'data:,',
      ],
    ],
    [
      'networks',
      trustedNetworks,
      { '10.0.0.1, 10.0.0.0/8,fd00::/8': ['10.0.0.1', '10.0.0.0/8', 'fd00::/8'] },
      [
        '10.0.0',
        '10.0.0.0/33',
        '::/129',
        '0.0.0.0/0',
        '::/0',
        '10.0.0.0/8/8',
        '172.16.0.0/',
        'loopback',
        'true',
        '*',
      ],
    ],
    [
      'a folder',
      folderPath,
      { '.data': '.data', '/var/lib/token broker': '/var/lib/token broker' },
      ['a\0b', 'a\nb', 'x'.repeat(1_001)],
    ],
    ['a client id', clientId, { cl_pub_1: 'cl_pub_1' }, ['a:b', 'a b', 'ü', 'x'.repeat(257)]],
    [
      'client secrets',
      (text) => clientSecrets(text).map((secret) => secret.reveal()),
      { a: ['a'], 'a, b': ['a', 'b'], 'a,a': ['a'] },
      ['a,b,c', 'a,', 'a b', 'ü'],
    ],
    [
      'an admin key',
      (text) => adminKey(text).reveal(),
      { [adminText]: adminText },
      ['short', 'x'.repeat(40), 'changeme'.repeat(5), `${adminText} ${adminText}`, `${adminText}ü`],
    ],
    [
      'encryption keys',
      (text) => encryptionKeys(text).map((named) => `${named.keyId}=${named.key.reveal()}`),
      {
        [`a:${key}`]: [`a=${key}`],
        [`new-1:${key}, old_2:${otherKey}`]: [`new-1=${key}`, `old_2=${otherKey}`],
      },
      [
        key,
        `:${key}`,
        `a b:${key}`,
        `${'x'.repeat(33)}:${key}`,
        `a:${key},a:${otherKey}`,
        `a:${key},b:${key}`,
        `a:${key},`,
        `a:${key.slice(0, -1)}`,
        `a:${key.slice(4)}`,
        `a:${Buffer.from(key, 'base64').toString('hex')}`,
        `a:${bytes(() => 0)}`,
        `a:${bytes(() => 255)}`,
        `a:${bytes((index) => index)}`,
        `a:${bytes((index) => 'secret! '.charCodeAt(index % 8))}`,
      ],
    ],
  ];

describe.each(table)('%s', (_, read, good, bad) => {
  it.each(Object.entries(good))('is taken: %s', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each(bad)('is refused, with a reason that holds none of it: %s', (text) => {
    expect(() => read(text)).toThrow(Unfit);
    if (text.length > 6) expect(() => read(text)).not.toThrow(text);
  });
});
