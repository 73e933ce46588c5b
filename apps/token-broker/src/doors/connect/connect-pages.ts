import type { Landing } from '#oauth';
import { markup, type Page } from '../pages/index.js';
import { failureText, knownCode } from './failure-texts.js';

/** @param proof lets this browser, and no other, go on from the page */
export function labelPage(label: string, proof: string): Page {
  return {
    title: `Connect a Deskera organisation to ${label}`,
    tone: 'plain',
    body: markup`
<p>You will log in at Deskera and choose the organisation. <strong>${label}</strong> will then be able to work with
its data there.</p>
<p><a class="button" href="?continue=${proof}">Continue to Deskera</a></p>
<p>If you did not expect this, close this window: nothing was connected.</p>`,
  };
}

export function failurePage(code: string | null): Page {
  const { title, nextStep } = failureText(code);
  const known = knownCode(code);
  const forSupport =
    known === null ? [] : [markup`<p class="code">For the support: <code>${known}</code></p>`];
  return { title, tone: 'bad', body: markup`<p role="status">${nextStep}</p>${forSupport}` };
}

const closeWindow = 'You can close this window and go back to the app you came from.';

/** @param landing null: nothing is known, and nothing is claimed */
export function landingPage(landing: Landing | null): Page {
  switch (landing?.status) {
    case 'connected':
      return {
        title: 'Connected',
        tone: 'good',
        body: said(`Your Deskera organisation is connected. ${closeWindow}`),
      };
    case 'awaiting_activation':
      return {
        title: 'Almost there',
        tone: 'plain',
        body: said('Deskera has agreed. Go back to the app you came from to confirm the organisation.'),
      };
    case 'pending':
      return {
        title: 'Not connected yet',
        tone: 'plain',
        body: said(
          'The connect is not complete. Go on in the Deskera window, or open the connect link again.',
        ),
      };
    case 'failed':
    case 'expired':
      return failurePage(landing.code);
    case undefined:
      return {
        title: 'You can close this window',
        tone: 'plain',
        body: said(`The app you came from shows how the connect stands. ${closeWindow}`),
      };
  }
}

function said(text: string): Page['body'] {
  return markup`<p role="status">${text}</p>`;
}
