import type { DeskeraGrant } from '#deskera';
import type { Activation, ConnectSessionRecord, ConnectStateRecord } from '#connections';
import type { AdoptionRequest } from '#tokens';

/** When the exchange was asked and answered, on the monotonic clock, and the number of its connect. */
export interface ExchangeTimes {
  readonly connectNumber: number;
  readonly sentAtMilliseconds: number;
  readonly arrivedAtMilliseconds: number;
}

export function adoptionRequest(
  grant: DeskeraGrant,
  { connectNumber, sentAtMilliseconds, arrivedAtMilliseconds }: ExchangeTimes,
  { session, stateSha256 }: ConnectStateRecord,
): AdoptionRequest {
  const { tenantId, apiVersion, apiUrl, orgId, sessionSha256, expiresInSeconds } = session;
  return {
    tenantId,
    target: { apiVersion, apiUrl },
    grant,
    connectNumber,
    requiredOrgId: orgId,
    activation: activationAfter(session),
    activationSeconds: Math.max(0, expiresInSeconds - (arrivedAtMilliseconds - sentAtMilliseconds) / 1_000),
    stateSha256,
    sessionSha256,
    sentAtMilliseconds,
    arrivedAtMilliseconds,
  };
}

/** V2's callback is the browser's own landing, its cookie compared already: nothing is left to be waited for. */
function activationAfter({ activation, apiVersion }: ConnectSessionRecord): Activation {
  return apiVersion === 'v2' && activation === 'browser' ? 'callback' : activation;
}
