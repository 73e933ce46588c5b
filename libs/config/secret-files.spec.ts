import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid, type BrokerConfig } from '#config';
import { parseConfig } from './internal/parse-config.js';
import { variables } from './internal/variables.js';
import { goodEnvironment } from './testing/good-environment.js';

const adminKey = 'an-admin-key-of-more-than-32-characters';

function withFiles(
  texts: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): BrokerConfig {
  return parseConfig({ ...goodEnvironment, ...texts }, (path) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error(`ENOENT: open '${path}'`), { code: 'ENOENT' });
    return text;
  });
}

describe('a secret in a file', () => {
  it.each([adminKey, `${adminKey}\n`, `${adminKey}\r\n`])('is read without its line end (%#)', (text) => {
    expect(withFiles({ ADMIN_KEY_FILE: '/run/key' }, { '/run/key': text }).adminKey?.reveal()).toBe(adminKey);
  });

  it('may stand in for whatever is required', () => {
    const { DATABASE_URL: url = '', ...others } = goodEnvironment;
    const config = parseConfig({ ...others, DATABASE_URL_FILE: '/run/db' }, () => url);
    expect(config.databaseUrl.reveal()).toBe(url);
  });

  it('is read for every secret, and for nothing else', () => {
    const names = Object.values(variables).filter(({ mayBeFile }) => mayBeFile);
    expect(names.map(({ name }) => name).sort()).toEqual([
      'ADMIN_KEY',
      'DATABASE_DIRECT_URL',
      'DATABASE_URL',
      'DESKERA_CLIENT_ID',
      'DESKERA_CLIENT_SECRET',
      'DESKERA_V2_CLIENT_ID',
      'DESKERA_V2_CLIENT_SECRET',
      'ENCRYPTION_KEYS',
    ]);
    expect(withFiles({ PORT_FILE: '/run/port' }, {}).port).toBe(3000);
  });

  it.each<[string, Record<string, string>, string]>([
    ['is set twice', { ADMIN_KEY: adminKey, ADMIN_KEY_FILE: '/run/key' }, 'ADMIN_KEY is set twice'],
    [
      'is not there',
      { ADMIN_KEY_FILE: '/run/elsewhere' },
      "ADMIN_KEY can't be read .*ADMIN_KEY_FILE.*ENOENT",
    ],
    ['is empty', { ADMIN_KEY_FILE: '/run/empty' }, "ADMIN_KEY can't be read: .* ADMIN_KEY_FILE .* empty"],
    ['is too weak', { ADMIN_KEY_FILE: '/run/weak' }, 'ADMIN_KEY must be at least 32'],
  ])('is refused where it %s, without telling the path', (_, texts, message) => {
    const files = { '/run/key': adminKey, '/run/empty': '\n', '/run/weak': 'weak' };
    const parse = (): unknown => withFiles(texts, files);
    expect(parse).toThrow(ConfigInvalid);
    expect(parse).toThrow(new RegExp(message));
    expect(parse).not.toThrow(/\/run\//);
  });
});
