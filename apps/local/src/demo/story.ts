import type { Everything } from '../everything.js';
import { DeskeraSide } from './deskera-side.js';
import { Narrator } from './narrator.js';
import { Person } from './person.js';
import { callJson, SiblingService, type DeskeraToken } from './sibling-service.js';

const tenantId = 'acme';

/** Deskera is to be asked in this very request, however fresh what is known. */
const askNow = 'maxVerifiedAgeSeconds=0';

/** Who and what the story is about. */
interface Cast {
  readonly narrator: Narrator;
  readonly service: SiblingService;
  readonly deskera: DeskeraSide;
}

/**
 * The whole life of a token, told as it happens.
 * @throws at the first thing that is not as it should be
 */
export async function tellStory(everything: Everything): Promise<void> {
  const narrator = new Narrator();
  const service = await makeServiceKey(narrator, everything);
  const cast: Cast = { narrator, service, deskera: new DeskeraSide(everything.sandboxUrl) };
  await connect(cast);
  const first = await useToken(cast);
  const second = await expireAndRefresh(cast, first);
  await revoke(cast, second);
  await connect(cast);
  const third = await useToken(cast);
  narrator.expectDifferent('its fingerprint', third.fingerprint, second.fingerprint);
  await showCounts(cast);
}

async function makeServiceKey(narrator: Narrator, everything: Everything): Promise<SiblingService> {
  const { brokerUrl, adminKey } = everything;
  narrator.step('The operator makes a key for a service of the platform');
  const { status, body } = await callJson<{ keyId: string; key: string }>(
    `${brokerUrl}/admin/api/service-keys`,
    {
      method: 'POST',
      key: adminKey,
      body: { name: 'demo', scopes: ['tokens:read', 'connections:write'], tenants: [tenantId] },
    },
  );
  narrator.expect('the answer', status, 201);
  narrator.tell(`key ${body.keyId}, good for the tenant ${tenantId} only`);
  const service = new SiblingService({ brokerUrl, key: body.key, tenantId });
  narrator.expect('asked for a token, the broker says', (await service.token()).body.code, 'not_connected');
  return service;
}

async function connect({ narrator, service, deskera }: Cast): Promise<void> {
  narrator.step('A person connects a Deskera organisation');
  const { status, body } = await service.createConnectSession();
  narrator.expect('the connect session', status, 201);
  const person = new Person();
  const consent = await person.open(body.connectUrl);
  narrator.expect('its link leads to', new URL(consent.address).origin, deskera.url);
  const landing = await person.press(consent, 'Allow');
  narrator.expect('consent given, the browser lands with', landing.status, 200);
  const { body: session } = await service.connectSession(body.sessionId);
  narrator.expect('the service sees the session', session.status, 'connected');
}

async function useToken({ narrator, service, deskera }: Cast): Promise<DeskeraToken> {
  narrator.step('The service gets the deskera-token and calls Deskera with it');
  const { status, body } = await service.token();
  narrator.expect('the answer', status, 200);
  narrator.tell(
    `token ${body.fingerprint} of ${body.org.name ?? 'an organisation'}, until ${body.expiresAt ?? '?'}`,
  );
  narrator.expect('GET /v1/contacts with it', await deskera.contacts(body.deskeraToken), 200);
  return body;
}

async function expireAndRefresh(cast: Cast, old: DeskeraToken): Promise<DeskeraToken> {
  const { narrator, service, deskera } = cast;
  narrator.step('Deskera lets the token die early; the broker refreshes it');
  await deskera.expire(orgIdOf(old));
  narrator.expect('GET /v1/contacts with the old one', await deskera.contacts(old.deskeraToken), 401);
  const { status, body } = await service.token(askNow);
  narrator.expect('asked for a token that is good at this moment, the broker answers', status, 200);
  narrator.expectDifferent('its fingerprint', body.fingerprint, old.fingerprint);
  narrator.expect('GET /v1/contacts with it', await deskera.contacts(body.deskeraToken), 200);
  return body;
}

async function revoke({ narrator, service, deskera }: Cast, old: DeskeraToken): Promise<void> {
  narrator.step('The organisation takes its consent back');
  await deskera.revoke(orgIdOf(old));
  narrator.expect('GET /v1/contacts with the old one', await deskera.contacts(old.deskeraToken), 401);
  const { status, body } = await service.token(askNow);
  narrator.expect('asked again, the broker answers', status, 409);
  narrator.expect('because', body.code, 'reconnect_required');
  narrator.expect('the reason', body.reason, 'grant_revoked');
}

async function showCounts({ narrator, deskera }: Cast): Promise<void> {
  narrator.step('What Deskera saw');
  const { refreshesSucceeded, spentRefreshTokensPresented } = await deskera.counters();
  narrator.expect('refreshes', refreshesSucceeded, 1);
  narrator.expect('refresh tokens sent twice', spentRefreshTokensPresented, 0);
}

function orgIdOf({ org }: DeskeraToken): string {
  if (org.id === null) throw new Error('the token names no organisation');
  return org.id;
}
