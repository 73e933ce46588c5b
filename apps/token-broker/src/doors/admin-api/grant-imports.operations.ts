import { json, jsonBody } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import { named, objectOf, orNull, plainText, text } from '../openapi/schemas.js';
import { adminConnection, adminConnectionExample, apiVersion } from '../shapes/connection-schema.js';
import { longestToken, type GrantImportBody } from '../shapes/grant-import.js';

/** As Deskera's tokens look: the compact form of RFC 7519. */
const tokenShape = {
  pattern: String.raw`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$`,
  maxLength: longestToken,
};

const body = named(
  'GrantImportRequest',
  objectOf<GrantImportBody>(
    {
      tenantId: text('Whose it is to be.', { pattern: String.raw`^(?!\.{1,2}$)[A-Za-z0-9._:@-]{1,128}$` }),
      apiVersion,
      deskeraRefreshToken: text(
        'The refresh token that was kept. It is stored sealed, and never given out.',
        tokenShape,
      ),
      deskeraToken: orNull(
        text(
          'The token that was kept with it: validated once. Left out, the refresh token is traded once.',
          tokenShape,
        ),
      ),
      org: orNull(plainText(128, 'The only org id accepted.', { examples: ['11242'] })),
    },
    'deskeraToken',
    'org',
  ),
);

export const grantImportOperations: Operations = {
  'POST /admin/api/connections': {
    id: 'importGrant',
    tag: 'Admin',
    summary: 'Bring in a grant that exists already',
    needs: 'admin',
    body: jsonBody(body, {
      tenantId: 'acme',
      apiVersion: 'v1',
      deskeraRefreshToken: 'eyJhbGciOiJSUzI1NiJ9.refresh.signature',
      org: '11242',
    }),
    answers: {
      200: {
        description:
          'The tenant’s connection has, or has spent, this refresh token already: nothing was adopted.',
        content: json(adminConnection, adminConnectionExample),
      },
      201: {
        description: 'Adopted, like a connect.',
        content: json(adminConnection, adminConnectionExample),
      },
    },
    failures: [
      'invalid_tenant_id',
      'org_mismatch',
      'org_connected_elsewhere',
      'connect_superseded',
      'grant_refused',
      'deskera_unavailable',
      'deskera_client_refused',
    ],
  },
};
