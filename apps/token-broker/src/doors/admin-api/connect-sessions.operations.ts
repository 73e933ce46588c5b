import { json, jsonBody } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import { named, objectOf, text } from '../openapi/schemas.js';
import {
  connectSessionBodyExample,
  connectSessionMembers,
  startedConnect,
  startedConnectExample,
} from '../shapes/connect-session-schema.js';
import type { AdminConnectSessionBody } from './connect-sessions.controller.js';

const body = named(
  'AdminConnectSessionRequest',
  objectOf<AdminConnectSessionBody>(
    {
      tenantId: text('Whom it is for.', { pattern: String.raw`^(?!\.{1,2}$)[A-Za-z0-9._:@-]{1,128}$` }),
      ...connectSessionMembers,
    },
    'redirectUri',
    'apiVersion',
    'org',
    'label',
    'activation',
  ),
);

export const adminConnectSessionOperations: Operations = {
  'POST /admin/api/connect-sessions': {
    id: 'startConnectSessionForTenant',
    tag: 'Admin',
    summary: 'A connect link for a person of any tenant',
    needs: 'admin',
    body: jsonBody(body, { tenantId: 'acme', ...connectSessionBodyExample }),
    answers: { 201: { description: 'The link.', content: json(startedConnect, startedConnectExample) } },
    failures: ['invalid_tenant_id', 'invalid_redirect_uri'],
  },
};
