/** A file that breaks one rule. */
export interface Violation {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

function violation(rule: string, file: string, ...imports: readonly string[]): Violation {
  return { rule, file, text: imports.map((from) => `import '${from}';\n`).join('') };
}

/** One for each rule, and more where a rule has several ways in. */
export const violations: readonly Violation[] = [
  violation('not-to-unresolvable', 'libs/oauth/internal/lost.ts', './nowhere.js'),
  violation('not-to-unresolvable', 'libs/oauth/internal/lost-room.ts', '#nowhere'),
  violation('no-cycles', 'libs/tokens/internal/snake.ts', './snake.js'),

  violation('room-kernel', 'libs/kernel/internal/curious.ts', '#config'),
  violation('room-config', 'libs/config/internal/curious.ts', '#observability'),
  violation('room-observability', 'libs/observability/internal/curious.ts', '#config'),
  violation('room-crypto', 'libs/crypto/internal/curious.ts', '#database'),
  violation('room-deskera', 'libs/deskera/internal/curious.ts', '#connections'),
  violation('room-database', 'libs/database/internal/curious.ts', '#connections'),
  violation('room-vault', 'libs/vault/curious.ts', '#database'),
  violation('room-connections', 'libs/connections/internal/curious.ts', '#spool'),
  violation('room-spool', 'libs/spool/internal/curious.ts', '#tokens'),
  violation('room-tokens', 'libs/tokens/internal/curious.ts', '#crypto'),
  violation('room-tokens', 'libs/tokens/internal/configured.ts', '#config'),
  violation('room-oauth', 'libs/oauth/internal/curious.ts', '#access'),
  violation('room-access', 'libs/access/internal/curious.ts', '#deskera'),
  violation('room-notifications', 'libs/notifications/internal/curious.ts', '#tokens'),
  { rule: 'every-room-is-in-the-table', file: 'libs/unlisted/index.ts', text: 'export const alone = 1;\n' },

  violation('sandbox-knows-nobody', 'apps/deskera-sandbox/src/familiar.ts', '#kernel'),
  violation('sandbox-knows-nobody', 'apps/deskera-sandbox/src/familiar.spec.ts', '#kernel'),
  violation('client-knows-nobody', 'libs/client/familiar.ts', '#kernel'),
  violation('migrations-knows-nobody', 'migrations/2-familiar.ts', '#kernel'),

  violation('doors-keep-out', 'apps/token-broker/src/doors/connect/sql.ts', '#connections'),
  violation('doors-keep-out', 'apps/token-broker/src/doors/connect/keys.ts', '#crypto'),
  violation('doors-keep-out', 'apps/token-broker/src/doors/connect/calls.ts', '#deskera'),
  violation('doors-keep-out', 'apps/token-broker/src/doors/connect/settings.ts', '#config'),
  violation('doors-keep-out', 'apps/token-broker/src/doors/connect/wiring.ts', '../../app.module.js'),
  violation('broker-knows-no-other-app', 'apps/token-broker/src/rehearsal.ts', '#sandbox'),
  violation('local-stays-outside', 'apps/local/src/insider.ts', '#database'),
  violation(
    'rooms-know-no-app',
    'libs/tokens/internal/upward.spec.ts',
    '../../../apps/token-broker/src/app.module.js',
  ),

  violation('internal-stays-internal', 'libs/tokens/internal/burglar.ts', '../../database/internal/thing.js'),
  violation(
    'internal-stays-internal',
    'libs/tokens/internal/burglar.spec.ts',
    '../../database/internal/thing.js',
  ),
  violation(
    'internal-stays-internal',
    'apps/token-broker/src/burglar.ts',
    '../../../libs/database/internal/thing.js',
  ),
  violation('internal-stays-internal', 'test/burglar.ts', '../libs/database/internal/thing.js'),
  violation('by-the-front-door', 'libs/tokens/internal/window.ts', '../../kernel/thing.js'),
  violation('by-the-front-door', 'apps/token-broker/src/window.ts', '../../../libs/kernel/thing.js'),
  violation('testing-is-for-tests', 'libs/tokens/internal/faked.ts', '#connections/testing'),
  violation('specs-are-not-imported', 'libs/tokens/internal/borrower.spec.ts', './burglar.spec.js'),

  violation('pg-only-in-the-database', 'libs/connections/internal/sql/query.ts', 'pg'),
  violation('statements-only-in-sql', 'libs/tokens/internal/query.ts', '#database/sql'),
  violation('statements-only-in-sql', 'libs/connections/internal/query.ts', '#database/sql'),
  violation('statements-only-in-sql', 'apps/token-broker/src/query.ts', '#database/sql'),
  violation('no-http-in-the-rooms', 'libs/oauth/internal/reply.ts', 'fastify'),
  violation('no-development-package-in-production', 'libs/oauth/internal/mocked.ts', 'jest'),
  violation('client-stands-alone', 'libs/client/dependent.ts', 'pg'),
  violation('client-stands-alone', 'libs/client/internal/platform-bound.ts', 'node:crypto'),
  violation('only-declared-packages', 'libs/oauth/internal/smuggled.ts', 'undeclared'),
];

/** What the table allows and a rule might get wrong. */
export const allowed: readonly (readonly [file: string, ...imports: string[]])[] = [
  [
    'libs/oauth/internal/flow.ts',
    '#kernel',
    '#observability',
    '#connections',
    '#spool',
    '#deskera',
    '#tokens',
  ],
  ['libs/database/internal/pool.ts', '#kernel', 'pg', './thing.js', '../../../migrations/index.js'],
  ['libs/connections/internal/sql/save.ts', '#database', '#database/sql', '#vault'],
  ['libs/access/internal/sql/keys.ts', '#database/sql'],
  [
    'libs/oauth/internal/flow.spec.ts',
    '#database',
    '#connections/testing',
    '#sandbox',
    './flow.js',
    '../../../test/bench.js',
  ],
  ['libs/tokens/testing/index.ts', '#connections/testing', '../internal/thing.js', 'jest'],
  [
    'apps/token-broker/src/app.module.ts',
    '#config',
    '#database',
    '#deskera',
    '#crypto',
    './doors/connect/page.js',
  ],
  [
    'apps/token-broker/src/doors/connect/page.ts',
    '#kernel',
    '#tokens',
    '#oauth',
    '#access',
    '../pages/html.js',
    'fastify',
  ],
  ['apps/token-broker/src/doors/connect/page.spec.ts', '#database', '#crypto/testing', './page.js'],
  ['apps/token-broker/src/doors/pages/html.ts'],
  ['apps/token-broker/src/migrate.ts', '#config', '#database/migrate'],
  ['apps/local/src/main.ts', '#sandbox', '#database/migrate', 'jest'],
  ['libs/client/index.ts', './internal/quiet.js'],
  ['libs/client/internal/quiet.ts'],
  ['libs/client/index.spec.ts', './index.js', 'jest', 'node:http'],
  ['libs/database/migrate.ts', '../../migrations/index.js'],
  ['migrations/index.ts', 'typeorm'],
  [
    'test/bench.ts',
    '#database',
    '#sandbox',
    '../apps/token-broker/src/app.module.js',
    '../apps/local/src/main.js',
  ],
];
