import type { Org } from '../state/orgs.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { html, type Markup } from './html.js';
import type { Page } from './page.js';

/** The form has no action: it goes back to the page's own address, and with it all that the link asked for. */
export function consentPage({ client }: AuthorizationRequest, orgs: readonly Org[], orgCount: number): Page {
  const body = html`<p>
      The app <code>${client.clientId}</code> asks to read and change the data of one of your organisations.
    </p>
    <form method="post">
      <fieldset>
        <legend>Which organisation may it use?</legend>
        ${orgs.map((org, index) => orgChoice(org, index === 0))} ${leftOff(orgCount - orgs.length)}
      </fieldset>
      <p class="soft">
        Allowing sends a one-time code to <code>${new URL(client.callbackUri).origin}</code>.
      </p>
      <div class="choices">
        <button class="main" name="decision" value="allow">Allow</button>
        <button name="decision" value="deny">Deny</button>
      </div>
    </form>`;
  return { status: 200, title: 'Connect your organisation', body };
}

function orgChoice({ id, name, email }: Org, isChosen: boolean): Markup {
  return html`<label>
    <input type="radio" name="org" value="${id}" ${isChosen ? html` checked` : ''} />
    <span>${name}<span class="soft">${email === '' ? `No. ${id}` : `No. ${id} · ${email}`}</span></span>
  </label> `;
}

function leftOff(count: number): Markup | string {
  return count > 0 ? html`<p class="soft">${String(count)} more are not shown.</p> ` : '';
}

export function badRequestPage(problem: string): Page {
  return { status: 400, title: 'This link does not work', body: html`<p>${problem}</p>` };
}

export function connectedPage(): Page {
  const body = html`<p>The app has confirmed the connection. You can close this window.</p>`;
  return { status: 200, title: 'Connected', body };
}

export function deniedPage(): Page {
  const body = html`<p>The app was given no access. You can close this window.</p>`;
  return { status: 200, title: 'Not connected', body };
}

/** The app did not answer its callback with 2XX: the person stays here. */
export function notConnectedPage(status: number, what: string): Page {
  const body = html`<p>The connection is not complete: ${what}</p>
    <p class="soft">Go back to the app and start again.</p>`;
  return { status, title: 'The app did not confirm', body };
}
