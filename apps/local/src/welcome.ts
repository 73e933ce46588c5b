import { dirname, resolve } from 'node:path';
import type { Everything } from './everything.js';
import { firstTenant } from './first-link.js';

/** What the person at the terminal wants to know: where to click, what to paste, and how long it took. */
export function welcome(everything: Everything, connectLink: string, seconds: number): string {
  const { brokerUrl, sandboxUrl, adminKey, logFile } = everything;
  const folder = dirname(logFile);
  const where = folder === resolve('.data') ? '' : `DATA_DIR=${folder} `;
  const tenant = `$BROKER/v1/tenants/${firstTenant}`;
  return `
The token broker runs at ${brokerUrl}, the Deskera sandbox at ${sandboxUrl}.

Connect the tenant "${firstTenant}" to a Deskera organisation of the sandbox; the link is good for 15 minutes:

  ${connectLink}

Then paste (the key opens everything, and is good until the broker stops):

  BROKER=${brokerUrl}
  SANDBOX=${sandboxUrl}
  KEY='authorization: Bearer ${adminKey}'

  # the tenant's deskera-token, valid now
  curl -sw '\\n' -H "$KEY" ${tenant}/deskera-token

  # all connected organisations, as an operator sees them
  curl -sw '\\n' -H "$KEY" $BROKER/admin/api/connections

  # another connect link: open its connectUrl in a browser
  curl -sw '\\n' -H "$KEY" -H 'content-type: application/json' -d '{}' ${tenant}/connect-sessions

  # call Deskera's API (the sandbox's) with the token
  TOKEN=$(curl -s -H "$KEY" ${tenant}/deskera-token | sed 's/.*"deskeraToken":"\\([^"]*\\)".*/\\1/')
  curl -sw '\\n' -H "x-access-token: $TOKEN" $SANDBOX/v1/contacts

  # the operator's command line, here in another terminal
  ${where}npm run broker -- connections:list

The broker's log is ${logFile}. Ctrl-C stops everything; the data stay.

ready in ${seconds.toFixed(1)} s
`;
}
