import { json, jsonBody } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import { listOf, named, objectOf } from '../openapi/schemas.js';
import type { ConnectionAnswer } from '../shapes/connection.js';
import { connection, connectionExample, orgId } from '../shapes/connection-schema.js';
import type { DefaultOrgBody } from './default-org-body.js';

export const connectionOperations: Operations = {
  'GET /v1/tenants/{tenantId}/connections': {
    id: 'listTenantConnections',
    tag: 'Connections',
    summary: 'The tenant’s connections, but the disconnected ones',
    needs: 'connections:read',
    answers: {
      200: {
        description: 'All of them, without tokens.',
        content: json(
          named('TenantConnections', objectOf<{ items: ConnectionAnswer[] }>({ items: listOf(connection) })),
          { items: [connectionExample] },
        ),
      },
    },
    failures: [],
  },
  'PUT /v1/tenants/{tenantId}/default-org': {
    id: 'setDefaultOrg',
    tag: 'Connections',
    summary: 'The org that is meant where a call names none',
    needs: 'connections:write',
    body: jsonBody(named('DefaultOrgRequest', objectOf<DefaultOrgBody>({ org: orgId })), { org: '11242' }),
    answers: { 204: { description: 'It is.' } },
    failures: ['org_not_connected'],
  },
  'DELETE /v1/tenants/{tenantId}/connections/{connectionId}': {
    id: 'disconnect',
    tag: 'Connections',
    summary: 'Erase a connection’s credentials at once, on every replica',
    description:
      'Deskera has no revocation call: what was handed out lives on there until it expires. Again, or with another tenant’s id, it is 404.',
    needs: 'connections:write',
    answers: { 204: { description: 'Erased.' } },
    failures: ['connection_not_found'],
  },
};
