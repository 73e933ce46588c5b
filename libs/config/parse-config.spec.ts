import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid } from '#config';
import { parseConfig } from './internal/parse-config.js';
import { parseMigrationUrl } from './read-config.js';
import { variables } from './internal/variables.js';
import { goodEnvironment } from './testing/good-environment.js';

type Texts = Readonly<Record<string, string>>;

function noFile(): never {
  throw Object.assign(new Error('ENOENT: no such file, open /run/secrets/x'), { code: 'ENOENT' });
}

function parsed(texts: Texts): ReturnType<typeof parseConfig> {
  return parseConfig({ ...goodEnvironment, ...texts }, noFile);
}

function invalid(parse: () => unknown): ConfigInvalid {
  try {
    parse();
  } catch (error) {
    if (error instanceof ConfigInvalid) return error;
    throw error;
  }
  throw new Error('it was taken');
}

function badNames(texts: Texts): readonly string[] {
  return invalid(() => parsed(texts)).problems.map(({ name }) => name);
}

describe('the configuration', () => {
  it('has the documented defaults', () => {
    expect(parsed({})).toMatchObject({
      port: 3000,
      host: '0.0.0.0',
      publicPort: null,
      publicUrl: 'https://tokens.example.com',
      trustProxy: [],
      databasePoolSize: 12,
      deskeraApiVersion: 'v1',
      deskeraApiUrl: 'https://bifrost.deskera.com',
      deskeraAuthUrls: { v1: 'https://appauth.deskera.com/', v2: 'https://oauth.deskera.com/' },
      deskeraTimeoutSeconds: 10,
      deskeraV1RefreshIdentity: 'off',
      deskeraTokenParams: 'body',
      deskeraMaxConcurrency: 32,
      adminKey: null,
      connectRedirectOrigins: [],
      connectSessionSeconds: 900,
      checkIntervalSeconds: 900,
      refreshMarginSeconds: 300,
      refreshAtLeastEverySeconds: 604_800,
      takeoverSeconds: 60,
      serveWithoutDatabaseSeconds: 30,
      cacheMaxTokens: 20_000,
      sweepIntervalSeconds: 5,
      upkeepEnabled: true,
      dataDir: '.data',
      logLevel: 'info',
    });
  });

  it('takes the direct address and the V2 registration from the common ones where they are not set', () => {
    const config = parsed({});
    expect(config.databaseDirectUrl.reveal()).toBe(goodEnvironment['DATABASE_URL']);
    expect(config.deskeraCredentials.v2).toEqual(config.deskeraCredentials.v1);
    expect(config.deskeraCredentials.v1.clientSecrets.map((secret) => secret.reveal())).toEqual(['cl_sec_1']);
  });

  it('keeps a V2 registration and a direct address of their own', () => {
    const config = parsed({
      DATABASE_DIRECT_URL: 'postgresql://direct/broker',
      DESKERA_V2_CLIENT_ID: 'cl_v2',
      DESKERA_V2_CLIENT_SECRET: 'next,previous',
    });
    expect(config.databaseDirectUrl.reveal()).toBe('postgresql://direct/broker');
    expect(config.deskeraCredentials.v1.clientId).toBe('cl_pub_1');
    expect(config.deskeraCredentials.v2.clientId).toBe('cl_v2');
    expect(config.deskeraCredentials.v2.clientSecrets.map((secret) => secret.reveal())).toEqual([
      'next',
      'previous',
    ]);
  });

  it('is frozen through and through', () => {
    const config = parsed({ TRUST_PROXY: '10.0.0.1' });
    for (const part of [config, config.deskeraCredentials.v1, config.trustProxy, config.encryptionKeys[0]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('counts an empty text as not set', () => {
    const empty = Object.fromEntries(Object.values(variables).map(({ name }) => [name, '']));
    const needed = Object.values(variables).filter(({ whenUnset }) => whenUnset === 'required');
    expect(badNames(empty)).toEqual(needed.map(({ name }) => name));
    expect(parseConfig({ ...empty, ...goodEnvironment }, noFile)).toEqual(parsed({}));
  });
});

describe('a bad environment', () => {
  const marker = 'Xq7-seen';

  it('has every bad variable named at once, and none of their values', () => {
    const bad = Object.fromEntries(Object.values(variables).map(({ name }) => [name, `${marker} \u0000,,`]));
    const error = invalid(() => parsed(bad));
    expect(error.problems.map(({ name }) => name)).toEqual(Object.values(variables).map(({ name }) => name));
    for (const { name } of error.problems) expect(error.message).toContain(`\n  ${name} `);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(marker);
  });

  it.each([
    ['DATABASE_URL', `postgres://user:${marker}@[broken`],
    ['DATABASE_URL', `mysql://user:${marker}@host/x`],
    ['PUBLIC_URL', `https://${marker}:x@host`],
    ['DESKERA_API_URL', `https://host/?key=${marker}`],
    ['ENCRYPTION_KEYS', `march:${marker}`],
    ['ENCRYPTION_KEYS', marker],
    ['ADMIN_KEY', marker],
    ['DESKERA_CLIENT_SECRET', `${marker},b,c`],
  ])('shows nothing of a bad %s (%#)', (name, text) => {
    const error = invalid(() => parsed({ [name]: text }));
    expect(error.problems.map((problem) => problem.name)).toEqual([name]);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(marker);
  });

  it.each<[string, Texts, readonly string[]]>([
    ['the two ports are the same', { PORT: '80', PUBLIC_PORT: '80' }, ['PUBLIC_PORT']],
    ['only half of the V2 registration is set', { DESKERA_V2_CLIENT_ID: 'x' }, ['DESKERA_V2_CLIENT_SECRET']],
    ['only its other half is set', { DESKERA_V2_CLIENT_SECRET: 'x' }, ['DESKERA_V2_CLIENT_ID']],
  ])('is refused where %s', (_, texts, names) => {
    expect(badNames(texts)).toEqual(names);
  });

  it('takes two free ports', () => {
    expect(parsed({ PORT: '0', PUBLIC_PORT: '0' })).toMatchObject({ port: 0, publicPort: 0 });
  });
});

describe('migrating', () => {
  it.each<[Texts, string]>([
    [{ DATABASE_URL: 'postgres://pooled/x' }, 'postgres://pooled/x'],
    [{ DATABASE_DIRECT_URL: 'postgres://direct/x' }, 'postgres://direct/x'],
    [
      { DATABASE_URL: 'postgres://pooled/x', DATABASE_DIRECT_URL: 'postgres://direct/x' },
      'postgres://direct/x',
    ],
  ])('goes to the direct address where there is one: %j', (texts, url) => {
    const parsedUrl = parseMigrationUrl(texts, noFile);
    expect(parsedUrl.url.reveal()).toBe(url);
    expect(texts[parsedUrl.setting]).toBe(url);
  });

  it.each<[Texts, string]>([
    [{}, 'DATABASE_URL'],
    [{ DATABASE_URL: 'postgres://pooled/x', DATABASE_DIRECT_URL: 'x' }, 'DATABASE_DIRECT_URL'],
  ])('is refused without a good address: %j', (texts, name) => {
    expect(invalid(() => parseMigrationUrl(texts, noFile)).problems.map((problem) => problem.name)).toEqual([
      name,
    ]);
  });
});
