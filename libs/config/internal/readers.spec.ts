import { describe, expect, it } from '@jest/globals';
import { adminKey } from './read-admin-key.js';
import { clientId, clientSecrets } from './read-client.js';
import { encryptionKeys } from './read-encryption-keys.js';
import { trustedNetworks } from './read-networks.js';
import { databaseUrl } from './read-database-url.js';
import { folderPath, hostName, oneOf, seconds, wholeNumber, yesOrNo } from './read-plain.js';
import { httpUrl, origins } from './read-urls.js';
import { InvalidValue, type TextReader } from './variable.js';

const bytes = (fill: (index: number) => number): string =>
  Buffer.from(Array.from({ length: 32 }, (_, index) => fill(index))).toString('base64');
const key = bytes((index) => (index * 37 + index * index * 11) % 256);
const otherKey = bytes((index) => (index * 91 + index * index * 7 + 5) % 256);
const unchanged = (...texts: string[]): Record<string, string> =>
  Object.fromEntries(texts.map((text) => [text, text]));
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
        'postgres:///d?host=/run/postgresql&user=u': 'postgres:///d?host=/run/postgresql&user=u',
        ...unchanged(
          'postgres://u:a%2Cb@h/d?target_session_attrs=read-write&sslmode=verify-full&sslrootcert=/ca.pem',
          'postgres://h/d?target_session_attrs=primary&connect_timeout=5&application_name=a%20b',
          'postgres://h/d?options=-c%20work_mem%3D8MB&client_encoding=utf8',
        ),
      },
      [
        'h/d',
        'mysql://h/d',
        'postgres:/h',
        'postgres://h:x/d',
        'postgres://h /d',
        'postgres://one,two/d',
        'postgres://u:p@one:5432,two:5433/d',
        'postgres:///d?host=/one,/two',
        'postgres://h/d?host=/run/postgresql',
        'postgres://h/d?target_session_attrs=any',
        'postgres://h/d?target_session_attrs=standby',
        'postgres://h/d?target_session_attrs=read-write&target_session_attrs=read-write',
        'postgres://h/d?Target_Session_Attrs=primary',
        'postgres://h/d?sslmode=allow',
        'postgres://h/d?sslmode=',
        'postgres://h/d?ssl=false',
        'postgres://h/d?channel_binding=require',
        'postgres://h/d?pgbouncer=true',
        'postgres://h/d?schema=public',
        'postgres://h/d?statement_timeout=1',
        'postgres://h/d?replication=database',
        'postgres://h/d?constructor=1',
        'postgres://h/d?connect_timeout=soon',
        'postgres://h/d?client_encoding=LATIN1',
        'postgres://h/d?sslmode=disable&sslnegotiation=direct',
        'postgres://h/d?uselibpqcompat=true&sslmode=verify-ca',
        'postgres://h/d#x',
        'postgres://u:1?secret=word@h/d',
        'postgres://u:%zz@h/d',
      ],
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
      {
        '10.0.0.1, 10.0.0.0/8,fd00::/8': ['10.0.0.1', '10.0.0.0/8', 'fd00::/8'],
        '0.0.0.0/2,::ffff:10.0.0.0/104': ['0.0.0.0/2', '::ffff:10.0.0.0/104'],
        '2400:cb00::/32,::1': ['2400:cb00::/32', '::1'],
      },
      [
        '10.0.0',
        '10.0.0.0/33',
        '::/129',
        '0.0.0.0/0',
        '::/0',
        '0/0',
        '10.1.2.3/0',
        '0:0:0:0:0:0:0:0/0',
        '::ffff:0:0/96',
        '::ffff:0.0.0.0/96',
        '::/80',
        '::/1',
        '2000::/3',
        '0.0.0.0/1,128.0.0.0/1',
        '128.0.0.0/1, 0.0.0.0/2, 64.0.0.0/2',
        '::ffff:0:0/97,::ffff:128.0.0.0/97',
        '0.0.0.0/1,::ffff:128.0.0.0/97',
        '::/1,8000::/1',
        'fe80::1%eth0',
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
      ['a\0b', 'a\nb', 'a\tb', 'a\u00A0b', 'a\u200Bb', '/data # here', '~/data', 'x'.repeat(1_001)],
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
    expect(() => read(text)).toThrow(InvalidValue);
    if (text.length > 6) expect(() => read(text)).not.toThrow(text);
  });
});
