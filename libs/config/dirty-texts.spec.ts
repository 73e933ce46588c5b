import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid } from '#config';
import { parseConfig } from './internal/parse-config.js';
import { parseMigrationUrl } from './read-config.js';
import { variables } from './internal/variables.js';
import { goodEnvironment } from './testing/good-environment.js';

const dirt: readonly [string, (text: string) => string][] = [
  ['double quotes', (text) => `"${text}"`],
  ['single quotes', (text) => `'${text}'`],
  ['typographic quotes', (text) => `\u201C${text}\u201D`],
  ['a blank before it', (text) => ` ${text}`],
  ['a blank after it', (text) => `${text} `],
  ['a tab after it', (text) => `${text}\t`],
  ['a carriage return', (text) => `${text}\r`],
  ['a line end', (text) => `${text}\n`],
  ['a byte order mark', (text) => `\uFEFF${text}`],
  ['a non-breaking space', (text) => `${text}\u00A0`],
  ['a zero width space', (text) => `${text}\u200B`],
  ['quotes and a carriage return', (text) => `"${text}"\r`],
];

/** A good text for every variable: what is refused below is refused for its dirt. */
const good: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(variables).map(({ name, whenUnset }) => [
    name,
    goodEnvironment[name] ?? (typeof whenUnset === 'object' ? whenUnset.text : goodOptional(name)),
  ]),
);

function goodOptional(name: string): string {
  if (name.endsWith('PORT')) return '3001';
  if (name.endsWith('NETWORKS') || name === 'TRUST_PROXY') return '10.0.0.0/8';
  if (name.endsWith('ORIGINS')) return 'https://app.example.com';
  if (name.startsWith('DATABASE')) return 'postgres://direct/x';
  if (name === 'ADMIN_KEY') return 'an-admin-key-of-more-than-32-characters';
  return 'cl_v2';
}

function problemsOf(parse: () => unknown): ConfigInvalid {
  try {
    parse();
  } catch (error) {
    if (error instanceof ConfigInvalid) return error;
    throw error;
  }
  throw new Error('it was taken');
}

function without(texts: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([each]) => each !== name));
}

function noFile(): never {
  throw new Error('no file is read');
}

describe('a value from a file of variables', () => {
  it('is taken where it is clean', () => {
    expect(() => parseConfig(good, noFile)).not.toThrow();
  });

  it.each(dirt)('is refused for every setting at once with %s around it', (_, soiled) => {
    const texts = Object.fromEntries(Object.entries(good).map(([name, text]) => [name, soiled(text)]));
    const { problems, message } = problemsOf(() => parseConfig(texts, noFile));
    expect(problems.map(({ name }) => name)).toEqual(Object.values(variables).map(({ name }) => name));
    for (const { reason } of problems) expect(reason).toMatch(/around its value/);
    expect(message).not.toContain('cl_sec_1');
  });

  it.each(dirt)('is refused for a migration too with %s around it', (_, soiled) => {
    const texts = { DATABASE_URL: soiled('postgres://u:db-password@h/d') };
    const { problems, message } = problemsOf(() => parseMigrationUrl(texts, noFile));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ name: 'DATABASE_URL' });
    expect(message).not.toContain('db-password');
  });

  it.each(['${HOME}', 'x-${VALUE}', '${VALUE:-x}', '$VALUE', '$(openssl rand -hex 32)'])(
    'is refused for every setting while it holds a placeholder: %s',
    (text) => {
      const texts = Object.fromEntries(Object.keys(good).map((name) => [name, text]));
      const { problems } = problemsOf(() => parseConfig(texts, noFile));
      expect(problems.map(({ name }) => name)).toEqual(Object.values(variables).map(({ name }) => name));
      for (const { reason } of problems) expect(reason).toMatch(/^holds a placeholder/);
    },
  );

  it.each(['a$b', 'pa$$word', '$2b$10$abc', 'x$', '${', '{VALUE}'])(
    'may be a secret with a dollar sign: %s',
    (secret) => {
      const config = parseConfig({ ...good, DESKERA_CLIENT_SECRET: secret }, noFile);
      expect(config.deskeraCredentials.v1.clientSecrets.map((each) => each.reveal())).toEqual([secret]);
    },
  );

  it('may be a secret that ends with a quotation mark of its own', () => {
    const config = parseConfig({ ...good, DESKERA_CLIENT_SECRET: `s3cret"` }, noFile);
    expect(config.deskeraCredentials.v1.clientSecrets.map((secret) => secret.reveal())).toEqual(['s3cret"']);
  });
});

describe('the path of a secret file', () => {
  it.each(dirt)('is refused with %s around it, by the name of its own variable', (_, soiled) => {
    const others = without(good, 'ADMIN_KEY');
    const { problems } = problemsOf(() =>
      parseConfig({ ...others, ADMIN_KEY_FILE: soiled('/run/secrets/key') }, noFile),
    );
    expect(problems).toEqual([
      { name: 'ADMIN_KEY', reason: expect.stringMatching(/^can't be read: ADMIN_KEY_FILE has .* around/) },
    ]);
  });
});

describe('the text of a secret file', () => {
  const read = (content: string): unknown => {
    const others = without(goodEnvironment, 'DATABASE_URL');
    return parseConfig({ ...others, DATABASE_URL_FILE: '/run/url' }, () => content);
  };
  const url = 'postgres://u:p@h/d';

  it.each([url, `${url}\n`, `${url}\r\n`])('may end with one line end (%#)', (content) => {
    expect(() => read(content)).not.toThrow();
  });

  it.each([`"${url}"\n`, `\uFEFF${url}\n`, `${url}\n\n`, ` ${url}`])('holds no dirt (%#)', (content) => {
    expect(problemsOf(() => read(content)).problems.map(({ name }) => name)).toEqual(['DATABASE_URL']);
  });
});

describe('a database address from a file', () => {
  it('is read again for each login, with the last word on what the file holds now', () => {
    const others = without(goodEnvironment, 'DATABASE_URL');
    let content = 'postgres://u:first@h/d\n';
    const config = parseConfig({ ...others, DATABASE_URL_FILE: '/run/url' }, () => content);
    content = 'postgres://u:second@h/d\n';
    const now = config.currentDatabaseUrls?.();
    expect(now?.databaseUrl.reveal()).toBe('postgres://u:second@h/d');
    expect(now?.directUrl.reveal()).toBe('postgres://u:second@h/d');
    content = '';
    expect(() => config.currentDatabaseUrls?.()).toThrow(ConfigInvalid);
  });

  it('is not looked for where none is set', () => {
    expect(parseConfig(goodEnvironment, noFile).currentDatabaseUrls).toBeNull();
  });
});
