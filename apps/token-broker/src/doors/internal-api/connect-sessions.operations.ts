import { json, jsonBody } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import {
  connectSessionBody,
  connectSessionBodyExample,
  connectStanding,
  connectStandingExample,
  startedConnect,
  startedConnectExample,
} from '../shapes/connect-session-schema.js';

export const connectSessionOperations: Operations = {
  'POST /v1/tenants/{tenantId}/connect-sessions': {
    id: 'startConnectSession',
    tag: 'Connecting',
    summary: 'A connect link for a person of the tenant',
    description: 'Without a body, or with null in its place, everything is as by default.',
    needs: 'connections:write',
    body: { ...jsonBody(connectSessionBody, connectSessionBodyExample), required: false },
    answers: { 201: { description: 'The link.', content: json(startedConnect, startedConnectExample) } },
    failures: ['invalid_redirect_uri'],
  },
  'GET /v1/tenants/{tenantId}/connect-sessions/{sessionId}': {
    id: 'getConnectSession',
    tag: 'Connecting',
    summary: 'What became of a connect',
    needs: 'connections:write',
    answers: {
      200: { description: 'As far as it is known.', content: json(connectStanding, connectStandingExample) },
    },
    failures: ['connect_session_not_found'],
  },
  'POST /v1/tenants/{tenantId}/connect-sessions/{sessionId}/confirm': {
    id: 'confirmConnectSession',
    tag: 'Connecting',
    summary: 'Let a connection be served that was started with `activation: confirm`',
    description:
      'Before, show the signed-in user of your app the `org` of the session, and ask whether that is the organisation they chose at Deskera just now: confirm only on their yes. May be repeated where its answer was lost.',
    needs: 'connections:write',
    answers: {
      200: { description: 'It is served now.', content: json(connectStanding, connectStandingExample) },
    },
    failures: [
      'connect_session_not_found',
      'connect_session_not_awaiting',
      'connect_superseded',
      'state_expired',
    ],
  },
};
