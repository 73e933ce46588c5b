import type { FailureCode } from '#kernel';
import type { FailureAdvice } from './failure-advice.js';

/** About connections and their tokens, Deskera, and the broker itself. */
export const tokenFailures = {
  not_connected: {
    meaning: 'The tenant has no connection that could be served, or has not finished its connect.',
    action: 'Start a connect session and send a person of the tenant to its link.',
  },
  org_not_connected: {
    meaning: 'The tenant is connected, and not to the org that was named.',
    action: 'Name one of the tenant’s orgs by its id, or have the tenant connect this one.',
  },
  reconnect_required: {
    meaning:
      'Deskera does not accept the grant any more. `reason` tells why: `grant_revoked`, `refresh_outcome_lost`, `org_changed` or `database_restored`; `since` tells since when. For `grant_revoked` the refresh was refused in known words, or again and again in others while other connections did well, and the token is bad.',
    action:
      'Ask the tenant to connect again: start a connect session with this `org`. Do not ask for the token in a loop meanwhile. An operator may look again with `POST /admin/api/connections/{connectionId}/check` or `…/refresh` while the credentials are kept, seven days: where Deskera accepts them, the connection is `connected` again.',
  },
  org_ambiguous: {
    meaning:
      'The tenant has connected several orgs, none is the default, and the call names none. `orgs` lists them.',
    action: 'Name one as `org`, or set a default with `PUT …/default-org`.',
  },
  deskera_unavailable: {
    meaning:
      'Deskera has to be asked for this and does not answer, or was asked too often just now. Nothing is lost.',
    action:
      'Ask again after `Retry-After`. Where it lasts, look at Deskera and at `broker_deskera_available`.',
  },
  deskera_client_refused: {
    meaning:
      'Deskera refuses the client id or secret that this broker is registered with, as far as its answers tell, or, at its auth page, the request that the broker sends for it (`unauthorized_client`, `invalid_request`, `unsupported_response_type`, `invalid_scope`). No tenant is at fault.',
    action:
      'The operator sets `DESKERA_CLIENT_ID` and `DESKERA_CLIENT_SECRET` right. Callers ask again after `Retry-After`; tenants need not connect again.',
  },
  broker_unavailable: {
    meaning:
      'The broker starts, stops, or cannot reach its database, and has nothing in memory that may be served.',
    action:
      'Ask again after `Retry-After`. Where it lasts, the operator looks at `/health/ready` and the database.',
  },
  internal_error: {
    meaning: 'A defect in the broker. Nothing more is told outside.',
    action: 'Tell the operator the `x-request-id`: the log has an ERROR with it.',
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
