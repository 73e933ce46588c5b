import type { FailureCode } from '#kernel';
import type { FailureAdvice } from './failure-advice.js';

const linkAgain =
  'The person opens the connect link again; where it has expired, the service starts another session.';

/** About a connect on its way: links, callbacks, landings, confirmations. */
export const connectFailures = {
  missing_code: {
    meaning: 'Deskera’s callback brought neither a code nor an error.',
    action: `${linkAgain} Where it happens often, ask Deskera.`,
  },
  missing_state: {
    meaning: 'The callback brought no `state`: the broker cannot tell whose it is.',
    action: `${linkAgain} Where it happens often, ask Deskera.`,
  },
  unknown_state: {
    meaning: 'The `state` is not one that this broker gave out, or its session ended long ago.',
    action: linkAgain,
  },
  access_denied: {
    meaning: 'The person said no at Deskera. The session has ended.',
    action: 'Nothing, if that was meant. Else the service starts another session.',
  },
  wrong_browser: {
    meaning:
      'The connect was begun in another browser. A callback of V2 spends nothing. A landing with `activation: browser` ends the session and erases the grant: another person may have consented than the one who opened the link.',
    action:
      'The person goes on in the browser in which the link was opened, or opens the link in this one. Where the session has failed with this code, the service starts another one for the person who will consent.',
  },
  org_mismatch: {
    meaning: 'Another org was chosen at Deskera than the one the session asked for. Nothing was stored.',
    action: 'The person opens the link again and chooses that org.',
  },
  org_connected_elsewhere: {
    meaning: 'The org is connected to another tenant of this platform.',
    action: 'It has to be disconnected there first; the operator’s list of connections shows where.',
  },
  connect_superseded: {
    meaning: 'A newer connect or disconnect of the same org came first, and holds.',
    action: 'Look how the connection stands; connect again where that is not what was meant.',
  },
  connect_session_not_awaiting: {
    meaning:
      'The session was not started with `activation: confirm`, or has nothing yet that could be confirmed.',
    action: 'Confirm only where the session’s status is `awaiting_activation`.',
  },
  state_already_used: {
    meaning: 'The `state` came back with another code than the first time.',
    action: 'Look how the session stands: the first callback decided. Else the person opens the link again.',
  },
  state_expired: {
    meaning: 'The connect session has expired (`CONNECT_SESSION_SECONDS`).',
    action: 'The service starts another session.',
  },
  link_expired: {
    meaning: 'The link was used, has expired, or never was one.',
    action: 'The service starts another session.',
  },
  grant_refused: {
    meaning:
      'Deskera refuses the token and the refresh token that were to be brought in. Nothing was stored.',
    action: 'The tenant is connected anew by a connect session: this grant is of no use any more.',
  },
  code_exchange_failed: {
    meaning:
      'Deskera did not hand over a token for the code, or one that it does not accept itself, or the person did not finish at Deskera’s page (an `error` other than a denial).',
    action: `${linkAgain} Where it happens to everybody, the operator looks at the log.`,
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
