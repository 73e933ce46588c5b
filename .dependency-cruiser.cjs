/**
 * The rooms of the house and which doors lead where: ARCHITECTURE.md's table, as rules. `test/rooms/rooms.spec.ts` breaks
 * each of them on purpose and expects it to be noticed.
 */

/** Which rooms a room of `libs/` may enter. A folder that is missing here fails. */
const mayEnter = {
  kernel: [],
  config: ['kernel'],
  observability: ['kernel'],
  crypto: ['kernel'],
  deskera: ['kernel', 'observability'],
  database: ['kernel', 'observability'],
  vault: ['kernel', 'crypto'],
  connections: ['kernel', 'observability', 'crypto', 'database', 'vault'],
  spool: ['kernel', 'crypto', 'vault', 'connections'],
  tokens: ['kernel', 'observability', 'database', 'vault', 'connections', 'spool', 'deskera'],
  oauth: ['kernel', 'observability', 'database', 'connections', 'spool', 'deskera', 'tokens'],
  access: ['kernel', 'observability', 'database'],
  notifications: ['kernel', 'observability', 'crypto', 'database', 'vault', 'connections'],
  client: [],
};
const doorsMayEnter = ['kernel', 'observability', 'tokens', 'oauth', 'access', 'notifications'];

const ours = '^(apps|libs|migrations|test|bench)/';
const doors = '^apps/token-broker/src/doors/';
const sandboxDoor = '^apps/deskera-sandbox/src/index[.]ts$';
const migrateDoor = '^libs/database/migrate[.]ts$';
const sqlDoor = '^libs/database/sql[.]ts$';
/** Proves what the others do, and may look wherever a door leads. */
const proof = '[.]spec[.]ts$|/testing/|^test/|^bench/';
/** They are copied to other machines, or stand in for the far side: not even their specs know us. */
const strangers = { sandbox: '^apps/deskera-sandbox/', client: '^libs/client/', migrations: '^migrations/' };

const inside = (rooms) => rooms.map((room) => `^libs/${room}/`);

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

const roomRules = Object.entries(mayEnter)
  .filter(([room]) => room !== 'client')
  .map(([room, rooms]) =>
    forbid(
      `room-${room}`,
      `${room} may enter ${rooms.length === 0 ? 'no other room' : rooms.join(', ')}.`,
      { path: `^libs/${room}/`, pathNot: proof },
      {
        path: ours,
        pathNot: [...inside([room, ...rooms]), ...(room === 'database' ? ['^migrations/index[.]ts$'] : [])],
      },
    ),
  );

const strangerRules = Object.entries(strangers).map(([name, path]) =>
  forbid(`${name}-knows-nobody`, `${path} imports nothing of ours.`, { path }, { path: ours, pathNot: path }),
);

const appRules = [
  forbid(
    'doors-keep-out',
    'A door reads a request and shapes a reply: no SQL, no keys, no calls to Deskera, and not the wiring.',
    { path: doors, pathNot: proof },
    { path: ours, pathNot: [doors, ...inside(doorsMayEnter)] },
  ),
  forbid(
    'broker-knows-no-other-app',
    'The broker is wired from the rooms alone.',
    { path: '^apps/token-broker/', pathNot: proof },
    { path: '^(apps|test|bench)/', pathNot: '^apps/token-broker/' },
  ),
  forbid(
    'local-stays-outside',
    'The local runner starts the broker as a process: it knows the sandbox and the migrations.',
    { path: '^apps/local/', pathNot: proof },
    { path: ours, pathNot: ['^apps/local/', sandboxDoor, migrateDoor] },
  ),
  forbid(
    'rooms-know-no-app',
    'Not even the specs of a room look into an app; they may start the sandbox.',
    { path: '^libs/' },
    { path: '^apps/', pathNot: sandboxDoor },
  ),
];

const doorRules = [
  forbid(
    'internal-stays-internal',
    'What a room keeps in internal/ is its own; so are its specs.',
    { path: '^(?:libs/([^/]+)|apps|migrations|test|bench)/' },
    { path: '^libs/[^/]+/internal/', pathNot: '^libs/$1/' },
  ),
  forbid(
    'by-the-front-door',
    'A room is entered through index.ts or testing/index.ts; the database also through sql.ts and migrate.ts.',
    { path: '^(?:libs/([^/]+)|apps|migrations|test|bench)/' },
    {
      path: '^libs/',
      pathNot: [
        '^libs/$1/',
        '^libs/[^/]+/internal/',
        '^libs/[^/]+/(testing/)?index[.]ts$',
        migrateDoor,
        sqlDoor,
      ],
    },
  ),
  forbid(
    'testing-is-for-tests',
    'What helps tests does not run in production.',
    { path: ours, pathNot: proof },
    { path: '^(apps|libs)/.*/testing/|^test/' },
  ),
  forbid('specs-are-not-imported', 'A spec is run, not used.', {}, { path: '[.]spec[.]ts$' }),
];

const packageRules = [
  forbid(
    'pg-only-in-the-database',
    'One room talks to PostgreSQL.',
    { path: ours, pathNot: [proof, '^libs/database/', strangers.migrations, '^apps/local/'] },
    { path: 'node_modules/(pg|typeorm|@nestjs/typeorm)/' },
  ),
  forbid(
    'statements-only-in-sql',
    "A statement stands beside its subject, in its room's internal/sql/.",
    { path: ours, pathNot: [proof, '^libs/database/', '^libs/[^/]+/internal/sql/'] },
    { path: sqlDoor },
  ),
  forbid(
    'no-http-in-the-rooms',
    'HTTP is for the doors; observability writes down what came through them.',
    { path: '^libs/', pathNot: [proof, '^libs/observability/'] },
    { path: 'node_modules/(fastify|@fastify/[^/]+|@nestjs/platform-fastify)/' },
  ),
  forbid(
    'no-development-package-in-production',
    'The image is built without them.',
    { path: '^(apps/token-broker|libs|migrations)/', pathNot: proof },
    { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'client-stands-alone',
    'The published client needs the platform alone, and no module of Node; its second entry needs Nest.',
    { path: strangers.client, pathNot: [proof, '^libs/client/nest[.]ts$'] },
    { pathNot: strangers.client },
  ),
  forbid(
    'only-declared-packages',
    'What is used is in package.json. The client has one of its own, and this house to test it.',
    { pathNot: '^libs/client/.*[.]spec[.]ts$' },
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  ),
];

/** A rule of the kind "must depend on", so that a file without a single import is noticed too. */
const everyRoomIsInTheTable = {
  name: 'every-room-is-in-the-table',
  comment: 'A folder of libs/ must say in .dependency-cruiser.cjs which rooms it may enter.',
  severity: 'error',
  module: { path: `^libs/(?!(${Object.keys(mayEnter).join('|')})/)` },
  to: { path: '^the-table-of-rooms$' },
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    forbid(
      'not-to-unresolvable',
      'An import that leads nowhere would hide from every other rule.',
      {},
      { couldNotResolve: true },
    ),
    forbid('no-cycles', 'Rooms and files have an order.', {}, { circular: true }),
    ...roomRules,
    ...strangerRules,
    ...appRules,
    ...doorRules,
    ...packageRules,
  ],
  required: [everyRoomIsInTheTable],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|libs/client/dist)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types count as well: a room that knows another's types knows the other.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
