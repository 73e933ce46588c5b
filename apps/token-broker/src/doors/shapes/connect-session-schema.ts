import { unseenCharacters } from '#kernel';
import type { ConnectStanding, StartConnect } from '#oauth';
import {
  named,
  objectOf,
  orNull,
  plainText,
  text,
  time,
  wordOf,
  type Schema,
  type SchemasOf,
} from '../openapi/schemas.js';
import { longestLabel, longestOrg, longestRedirectUri } from './connect-session.js';
import type { ConnectSessionBody, ConnectStandingAnswer, StartedConnectAnswer } from './connect-session.js';
import { apiVersion, connectionIdMember, org } from './connection-schema.js';

/** What a page shows holds no character that a reader does not see, and is no blank. */
function shownText(longest: number, description: string, examples: readonly string[]): Schema {
  const pattern = String.raw`^(?=[^]*\S)[^${unseenCharacters}]*$`;
  return plainText(longest, description, { pattern, examples });
}

export const connectSessionMembers: SchemasOf<ConnectSessionBody> = {
  redirectUri: orNull(
    plainText(
      longestRedirectUri,
      'Where the person’s browser goes in the end, with `session`, `status` and `code` appended; its origin must be one of `CONNECT_REDIRECT_ORIGINS`.',
      { examples: ['https://app.example/settings'] },
    ),
  ),
  apiVersion: { oneOf: [apiVersion, { type: 'null' }] },
  org: orNull(shownText(longestOrg, 'The only org id accepted: set it for a reconnect.', ['11242'])),
  label: orNull(
    shownText(longestLabel, 'The link first shows "Connect a Deskera organisation to …", with a button.', [
      'Acme Trading',
    ]),
  ),
  activation: orNull(
    wordOf<NonNullable<StartConnect['activation']>>(
      'When the connection is served. By default `callback`. Only `confirm` proves who consented.',
      {
        callback:
          'once Deskera’s callback is stored. V2: in the browser that opened the link. V1: wherever the person consented, so somebody may have sent them the address',
        browser:
          'once the browser that opened the link has landed; another browser that lands first ends the session and erases the grant. In V1 it proves nothing where the opener may edit Deskera’s address: without its `redirect_uri` the person who consents never lands, and the opener gets the org',
        confirm:
          'once the service has confirmed it. It first shows its own user the `org` of the session, and asks whether that is the org they just chose at Deskera',
      },
    ),
  ),
};

export const connectSessionBody = named(
  'ConnectSessionRequest',
  objectOf<ConnectSessionBody>(
    connectSessionMembers,
    'redirectUri',
    'apiVersion',
    'org',
    'label',
    'activation',
  ),
);

export const connectSessionBodyExample = {
  label: 'Acme Trading',
  activation: 'callback',
} as const satisfies ConnectSessionBody;

export const startedConnect = named(
  'StartedConnect',
  objectOf<StartedConnectAnswer>({
    sessionId: text('What to ask later what became of it.'),
    connectUrl: text('The link: for the person alone.', { format: 'uri' }),
    expiresAt: time('Until when the link opens.'),
  }),
);

export const startedConnectExample: StartedConnectAnswer = {
  sessionId: 'kD0wqkXv1nC8mZr2c5B7Yw',
  connectUrl: 'https://broker.example/connect/kD0wqkXv1nC8mZr2c5B7YwQ3hV9bT1xL4sJ6pR8uE0fa',
  expiresAt: '2026-11-23T12:15:00.000Z',
};

export const connectStanding = named(
  'ConnectStanding',
  objectOf<ConnectStandingAnswer>(
    {
      status: wordOf<ConnectStanding['status']>('How the connect stands.', {
        pending: 'nobody has come back from Deskera yet',
        awaiting_activation: 'stored, and not served yet',
        connected: 'served',
        failed: 'see `code`; until the link expires it may be opened again',
        expired: 'the link was not used in time',
      }),
      code: text('Why it failed: the `code` of a problem.'),
      connectionId: connectionIdMember,
      org,
    },
    'code',
    'connectionId',
    'org',
  ),
);

export const connectStandingExample: ConnectStandingAnswer = {
  status: 'connected',
  connectionId: '3f0f3b8e-6a9e-4d2b-9d5c-111111111111',
  org: { id: '11242', name: 'Singapore Org' },
};
