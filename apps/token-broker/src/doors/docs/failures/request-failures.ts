import type { FailureCode } from '#kernel';
import type { FailureAdvice } from './failure-advice.js';

/** About the request itself: how it is written, who sends it, what it names. */
export const requestFailures = {
  invalid_request: {
    meaning:
      'Something in the request is not valid, not known here, or given twice. `errors` names the members or parameters.',
    action: 'Mend the request; sent again as it is, it fails again.',
  },
  invalid_tenant_id: {
    meaning: 'A tenant id is 1 to 128 of `A-Z a-z 0-9 . _ : @ -`, and neither `.` nor `..`.',
    action: 'Send the tenant’s id as the platform knows it, percent-encoded in the path.',
  },
  invalid_redirect_uri: {
    meaning:
      'The `redirectUri` is no absolute http or https address, holds a user name or a fragment, or its origin is not one that the operator named.',
    action: 'Send another one, or have its origin added to `CONNECT_REDIRECT_ORIGINS`.',
  },
  invalid_cursor: {
    meaning: 'The `cursor` is not one that this list handed out.',
    action: 'Send the `nextCursor` of the page before as it came, or begin again without one.',
  },
  unauthorized: {
    meaning: 'There is no key, or it is wrong, expired or revoked.',
    action: 'Send `Authorization: Bearer …` with a good service key; an admin makes and revokes them.',
  },
  forbidden: {
    meaning:
      'The key is good, and does not cover the scope or the tenant. Whether there is such a tenant is not told.',
    action: 'Call with a key that covers both, or have an admin make one.',
  },
  not_found: {
    meaning:
      'There is nothing at this address, or nothing for this method, or it is served by the other listener.',
    action:
      'Look at method and path. With `PUBLIC_PORT`, people’s pages are only there and all else only at `PORT`.',
  },
  connection_not_found: {
    meaning: 'There is no such connection, it is disconnected already, or it is another tenant’s.',
    action: 'List the connections and take an id from there. After a disconnect nothing is left to do.',
  },
  connect_session_not_found: {
    meaning: 'This tenant has no such connect session, or it ended long ago.',
    action: 'Ask with the `sessionId` and the tenant that it was started with, or start another one.',
  },
  method_not_allowed: {
    meaning:
      'The method is not allowed here: the broker is no proxy, and a callback is never just looked at.',
    action: 'Send one of the methods that `Allow` or the documentation names.',
  },
  request_timeout: {
    meaning: 'The request was not complete in time.',
    action: 'Send it again on a new connection; look at the network where it happens often.',
  },
  payload_too_large: {
    meaning: 'The body is larger than 64 KB.',
    action: 'Send less: no request of this API needs that much.',
  },
  uri_too_long: {
    meaning: 'A part of the address is too long to be an id of ours.',
    action: 'Look at what is put into the path.',
  },
  unsupported_media_type: {
    meaning: 'The body is neither JSON nor, for a callback, a form.',
    action: 'Send `content-type: application/json`.',
  },
  rate_limited: {
    meaning:
      'The key sends more requests than `RATE_LIMIT_KEY_PER_SECOND` allows, or its address sent too many bad keys, or callbacks that lead to no exchange and no denial. Good requests from the same address are not held up.',
    action:
      'Wait for `Retry-After`. `RateLimit` tells how the key stands on each answer. Where keys are bad, look which service has an old one.',
  },
  headers_too_large: {
    meaning: 'The header is larger than the server reads.',
    action: 'Send fewer or shorter header fields; cookies of other applications are the usual reason.',
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
