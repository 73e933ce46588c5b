/**
 * The rules of this house, by what they protect. Each can be lifted for the room that is there for it.
 *
 * - clock: time is injected (`Clock` of `#kernel`), so that no test has to wait;
 * - environment: configuration is parsed once, by `#config`;
 * - outboundHttp: only `#deskera` and `#notifications` call out, where every call has a limit and nothing of it is logged.
 */
const injected = 'Time is injected: use `Clock` of #kernel.';
const parsedOnce = 'The environment is read by #config alone.';
const onlyDeskera = 'Only #deskera and #notifications call out.';

const clock = {
  globals: ['setTimeout', 'setInterval'].map((name) => ({ name, message: injected })),
  properties: [
    { object: 'Date', property: 'now', message: injected },
    { object: 'performance', property: 'now', message: injected },
    { object: 'process', property: 'hrtime', message: injected },
    { object: 'AbortSignal', property: 'timeout', message: injected },
    { object: 'globalThis', property: 'setTimeout', message: injected },
    { object: 'globalThis', property: 'setInterval', message: injected },
  ],
  syntax: [
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: injected },
    { selector: "CallExpression[callee.name='Date']", message: injected },
  ],
  imports: [
    { name: 'node:timers', message: injected },
    { name: 'node:timers/promises', message: injected },
    { name: 'node:perf_hooks', message: injected },
  ],
};

const environment = {
  properties: [{ object: 'process', property: 'env', message: parsedOnce }],
  imports: [{ name: 'node:process', message: parsedOnce }],
};

const outboundHttp = {
  globals: ['fetch', 'WebSocket', 'EventSource'].map((name) => ({ name, message: onlyDeskera })),
  properties: [{ object: 'globalThis', property: 'fetch', message: onlyDeskera }],
  imports: [
    ...['axios', '@nestjs/axios', 'undici', 'node:http2'].map((name) => ({ name, message: onlyDeskera })),
    ...['node:http', 'node:https'].map((name) => ({
      name,
      importNames: ['default', 'request', 'get', 'Agent'],
      message: onlyDeskera,
    })),
    { name: 'node:net', importNames: ['default', 'connect', 'createConnection'], message: onlyDeskera },
    { name: 'node:tls', importNames: ['default', 'connect'], message: onlyDeskera },
  ],
};

/** The house rules as ESLint's, without those that are lifted. */
export function houseRules(...lifted) {
  const kept = Object.entries({ clock, environment, outboundHttp })
    .filter(([name]) => !lifted.includes(name))
    .map(([, rules]) => rules);
  const all = (kind) => kept.flatMap((rules) => rules[kind] ?? []);
  return {
    'no-restricted-globals': restricting(all('globals')),
    'no-restricted-properties': restricting(all('properties')),
    'no-restricted-syntax': restricting(all('syntax')),
    'no-restricted-imports': ['error', { paths: all('imports') }],
  };
}

/** Without options a rule would keep those it had before. */
function restricting(options) {
  return options.length === 0 ? 'off' : ['error', ...options];
}

/** `// eslint-disable-next-line rule -- why`: whoever switches a rule off says why. */
const describedSuppressions = {
  meta: { type: 'suggestion', schema: [], messages: { undescribed: 'Say why, after `--`.' } },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S.{8,}/s.test(comment.value)) {
          context.report({ loc: comment.loc, messageId: 'undescribed' });
        }
      }
    },
  }),
};

export const housePlugin = { rules: { 'described-suppressions': describedSuppressions } };
