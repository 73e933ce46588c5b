import { callNames, toldOf, type AnswerRow, type CallName, type Told } from './answer-row.js';
import { answerTable } from './answer-table.js';

const opening = `# What Deskera answers, and what the broker makes of it

Every answer that Deskera, what stands before it and the network can give, by operation. This page is written by
\`npm run answers\` from the table that the tests drive over real sockets (\`libs/deskera/testing/answer-table.ts\`).

Kinds: _refused_ (that token or code, in known words), _declined_ (turned down, in words that could be a gateway's or about
something else), _our fault_ (our client or our request), _passing_ (the rest). A question mark:
not definite, Deskera may have acted on the request.
`;

/** What follows, by what was told; the words of ARCHITECTURE.md. */
const consequences: readonly (readonly [told: string, definite: string, does: string])[] = [
  [
    'granted',
    'yes',
    'The pair is stored. Where a refresh names another org, nothing of it is served or kept: it counts as _declined_, and becomes `reconnect_required` (`org_changed`) where it goes on for minutes and comes to that connection alone.',
  ],
  [
    'refused',
    'yes',
    'Exchange: 502 `code_exchange_failed`. Refresh: looks at the row again, then asks about the current token. Good: it is served on as `cannot_be_refreshed`, the refresh is tried again later. Bad: `reconnect_required`. No word on it: no verdict, back-off. Where three other connections fall together with it, it waits as _declined_ does, six hours at most.',
  ],
  [
    'our fault: client_refused',
    'yes',
    'The next client secret is tried, each once. Where two grants were refused in these words, or four by a 401 of any words, and no call of the client succeeded in between: one alarm, then one probe in 30 s for all connections of that client together, by one that was not refused yet; the rest is held back unsent. No status and no back-off changes. Exchange: 503 `deskera_client_refused`.',
  ],
  [
    'our fault: client_doubted',
    'yes',
    'A refresh is refused in the words for a refused client, and no other call bears it out: as _declined_, told to callers as `deskera_client_refused`. Nobody else waits.',
  ],
  [
    'declined',
    'yes',
    'Exchange: 502 `code_exchange_failed`. Refresh: no status changes, the row backs off. Three such refusals over two minutes and more, while other connections of that host do well and do not fall together with it: the token is asked about, and decides as after _refused_.',
  ],
  ['our fault: bad_request', 'yes', 'One alarm an hour for each operation. Else as _declined_.'],
  [
    'passing',
    'yes',
    'No status changes; the row backs off with full jitter, 5 s doubling up to an hour, no sooner than `Retry-After` (an hour at most).',
  ],
  [
    'passing?',
    'no',
    'Refresh: the attempt stays open; the same refresh token is sent again, one call at a time, within 5 s, then twice as late each time, up to an hour. A refusal then is told as `refresh_outcome_lost`. Exchange: 503 `deskera_unavailable`, and the code is not sent again. A 2XX without a readable pair raises an alarm, once an hour for each operation, and fails an exchange with 502 `code_exchange_failed`; a new refresh token in it replaces the one that was sent. Check: as above, for it spends nothing.',
  ],
  ['valid', 'yes', 'The token is served as verified, also past an expiry that was only computed.'],
  ['invalid', 'yes', 'The token is known bad on every replica, and refreshed at once.'],
];

const closing = `
\`connection_failed\`, \`timeout\`, \`reset\` and \`server_error\` count for the breaker of their host: ten in a row open it for 2 s,
doubling up to 30 s with each failed probe. What it holds back is _passing: breaker_open_, what came too late to be sent _passing:
not_sent_; both are definite and lengthen no row's back-off. Any other answer closes it.
`;

const columns: Record<CallName, string> = {
  'exchange v1': 'Exchange V1',
  'refresh v1': 'Refresh V1',
  'exchange v2': 'Exchange V2',
  'refresh v2': 'Refresh V2',
  validate: 'Check',
};

/** The page as it is committed. */
export function answersPage(): string {
  const sections = answerTable.map(
    ({ title, rows }) =>
      `\n## ${title}\n\n${table(['What comes', ...Object.values(columns)], rows.map(cells))}`,
  );
  const what = table(['What is told', 'Definite', 'What the broker does'], consequences);
  return `${opening}${sections.join('')}\n## What follows\n\n${what}${closing}`;
}

function cells(row: AnswerRow): string[] {
  const comes = row.retryAfterSeconds === undefined ? '' : ` (${String(row.retryAfterSeconds)} s)`;
  return [`${row.comes}${comes}`, ...callNames.map((call) => inWords(toldOf(row, call)))];
}

function inWords(told: Told): string {
  const [kind = '', reason] = told.split(' ');
  return reason === undefined ? kind : `${kind.replace('_', ' ')}: ${reason}`;
}

/** As prettier would align it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |\n`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
  return line(head) + rule + rows.map(line).join('');
}
