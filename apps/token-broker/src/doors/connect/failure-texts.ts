import type { FailureCode } from '#kernel';

export interface FailureText {
  readonly title: string;
  readonly nextStep: string;
}

const openAgain = 'Go back to the app you came from and connect from there once more.';
const later = 'Please wait a minute, then open the connect link again.';

const texts: Partial<Record<FailureCode, FailureText>> = {
  link_expired: {
    title: 'This link is no longer valid',
    nextStep: `It was used already, or too much time has passed. ${openAgain}`,
  },
  state_expired: { title: 'That took too long', nextStep: `The connect link has expired. ${openAgain}` },
  access_denied: {
    title: 'Access was not granted',
    nextStep: `Nothing was connected, as you chose at Deskera. If that was a mistake: ${openAgain}`,
  },
  wrong_browser: {
    title: 'This was begun in another browser',
    nextStep: `For your safety a connect has to be finished in the browser in which its link was opened. Nothing was connected from here. If you began it yourself: ${openAgain} If somebody sent you here, close this window.`,
  },
  state_already_used: {
    title: 'This was finished already',
    nextStep:
      'The connect was completed, or tried, in another window. The app you came from shows how it stands.',
  },
  org_mismatch: {
    title: 'That was another organisation',
    nextStep:
      'Nothing was connected. Open the connect link again and choose the organisation that was connected before.',
  },
  org_connected_elsewhere: {
    title: 'This organisation is connected elsewhere',
    nextStep: 'It has to be disconnected there first. Please ask the support of the app you came from.',
  },
  connect_superseded: {
    title: 'Something newer came first',
    nextStep:
      'The organisation was connected again, or disconnected, in the meantime. The app you came from shows how it stands.',
  },
  code_exchange_failed: {
    title: 'Deskera did not complete the connect',
    nextStep: `Nothing was connected. ${later}`,
  },
  deskera_unavailable: {
    title: 'Deskera does not answer at the moment',
    nextStep: `Nothing is lost. ${later}`,
  },
  deskera_client_refused: {
    title: 'Deskera does not accept this app at the moment',
    nextStep:
      'You did nothing wrong. The people who run this app have to set it right; please try again later.',
  },
  rate_limited: {
    title: 'There were too many tries from here',
    nextStep: `Nothing was connected. ${later}`,
  },
  broker_unavailable: { title: 'We cannot answer at the moment', nextStep: later },
};

const unknown: FailureText = { title: 'The organisation was not connected', nextStep: openAgain };

/** What a person is told, and what to do next. The code may come from an address: only known ones have a text. */
export function failureText(code: string | null): FailureText {
  return (hasText(code) ? texts[code] : null) ?? unknown;
}

/** The code to show for the support, where it is one of ours. */
export function knownCode(code: string | null): string | null {
  return hasText(code) ? code : null;
}

function hasText(code: string | null): code is FailureCode {
  return code !== null && Object.hasOwn(texts, code);
}
