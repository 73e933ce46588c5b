import { describe, expect, it } from '@jest/globals';
import { ESLint, Linter } from 'eslint';

const eslint = new ESLint();
const linter = new Linter();

interface Config {
  readonly rules: Readonly<Record<string, Linter.RuleEntry>>;
  readonly plugins: Readonly<Record<string, ESLint.Plugin>>;
}

/** Ids of the rules of our own making that object to this text in this file. */
async function objections(file: string, text: string): Promise<readonly (string | null)[]> {
  const { rules, plugins } = (await eslint.calculateConfigForFile(file)) as Config;
  const ours = Object.entries(rules).filter(([name]) =>
    /^(no-restricted-|max-lines|no-console|house\/)/.test(name),
  );
  const config = { rules: Object.fromEntries(ours), plugins: { house: plugins['house'] ?? {} } };
  return linter.verify(text, config).map(({ ruleId }) => ruleId);
}

const clock = [
  'Date.now();',
  'new Date();',
  'Date();',
  'performance.now();',
  'process.hrtime.bigint();',
  'setTimeout(f, 1);',
  'globalThis.setInterval(f, 1);',
  'AbortSignal.timeout(1);',
  "import { setTimeout as sleep } from 'node:timers/promises'; sleep(1);",
];
const environment = ["process.env['PORT'];", 'process.env;', "import { env } from 'node:process'; env;"];
const outboundHttp = [
  "fetch('https://x');",
  "globalThis.fetch('https://x');",
  "import axios from 'axios'; axios;",
  "import { HttpService } from '@nestjs/axios'; HttpService;",
  "import { request } from 'node:https'; request;",
  "import http from 'node:http'; http;",
  "import * as http from 'node:http'; http;",
  "import { connect } from 'node:tls'; connect;",
];

describe.each([
  ['the clock', clock, ['libs/kernel/internal/system-clock.ts']],
  ['the environment', environment, ['libs/config/read-config.ts']],
  [
    'calling out',
    outboundHttp,
    ['libs/deskera/internal/sender.ts', 'libs/notifications/internal/webhook-sender.ts'],
  ],
])('%s', (_, texts, home) => {
  const elsewhere = [
    'libs/database/internal/thing.ts',
    'libs/kernel/thing.ts',
    'apps/token-broker/src/doors/connect/thing.ts',
  ];
  const outside = [
    'apps/deskera-sandbox/src/thing.ts',
    'apps/local/src/thing.ts',
    'libs/database/thing.spec.ts',
    'test/thing.ts',
  ];

  it.each(texts)('is for its own room alone: %s', async (text) => {
    for (const file of elsewhere) expect(await objections(file, text)).toHaveLength(1);
    for (const file of [...home, ...outside]) expect(await objections(file, text)).toEqual([]);
  });
});

describe('everywhere', () => {
  const file = 'libs/database/internal/thing.ts';

  it.each([
    'new Date(0);',
    'clock.now();',
    "import { createServer } from 'node:http'; createServer;",
    "import { isIP } from 'node:net'; isIP;",
  ])('it is fine to say %s', async (text) => {
    expect(await objections(file, text)).toEqual([]);
  });

  it.each([
    ['// eslint-disable-next-line no-console\nconsole.log(1);', 'house/described-suppressions'],
    ['/* eslint-disable no-console -- why */\nconsole.log(1);', 'house/described-suppressions'],
    ['console.log(1);', 'no-console'],
    [`function long() {\n${'f();\n'.repeat(60)}}`, 'max-lines-per-function'],
    ['f();\n'.repeat(301), 'max-lines'],
  ])('it is not to say %j', async (text, rule) => {
    expect(await objections(file, text)).toContain(rule);
  });

  it('takes a suppression that says why', async () => {
    const text = '// eslint-disable-next-line no-console -- the command line answers on it\nconsole.log(1);';
    expect(await objections(file, text)).toEqual([]);
  });
});
