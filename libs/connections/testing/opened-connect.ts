import { randomBytes, randomUUID } from 'node:crypto';
import { Clock, parseTenantId } from '#kernel';
import { ConnectSessionStore, type NewConnectSession } from '../connect-session-store.js';
import { ConnectionAdoptions } from '../connection-adoptions.js';
import type { StoredStatus } from '../connection-record.js';
import { connectedState, grantSave } from './stored-connection.js';
import type { TestStore } from './test-store.js';

/** A session whose link was opened once. */
export interface OpenedConnect {
  readonly session: NewConnectSession;
  readonly stateSha256: Buffer;
  readonly browserSha256: Buffer;
}

export function newConnectSession(changes: Partial<NewConnectSession> = {}): NewConnectSession {
  return {
    sessionSha256: randomBytes(32),
    linkSha256: randomBytes(32),
    tenantId: parseTenantId('acme'),
    apiVersion: 'v1',
    apiUrl: 'https://bifrost.example',
    redirectUri: null,
    orgId: null,
    label: null,
    activation: 'callback',
    lifeSeconds: 900,
    startedBy: null,
    ...changes,
  };
}

export async function openedConnect(store: TestStore): Promise<OpenedConnect> {
  const session = newConnectSession();
  await store.get(ConnectSessionStore).create(session);
  return openedAgain(store, session);
}

export async function openedAgain(store: TestStore, session: NewConnectSession): Promise<OpenedConnect> {
  const [stateSha256, browserSha256] = [randomBytes(32), randomBytes(32)];
  await store.get(ConnectSessionStore).addState(session.sessionSha256, stateSha256, browserSha256);
  return { session, stateSha256, browserSha256 };
}

/** @returns the number of the connect whose exchange begins with it */
export async function consumedState(
  store: TestStore,
  { stateSha256 }: OpenedConnect,
  codeSha256 = randomBytes(32),
): Promise<number> {
  const connectNumber = await store.get(ConnectSessionStore).consumeState(stateSha256, codeSha256);
  if (connectNumber === null) throw new Error('the state was not free');
  return connectNumber;
}

/** Stores a grant for an org of its own, which records the outcome in the same transaction. @returns its connection */
export async function completedConnect(
  store: TestStore,
  { session, stateSha256 }: OpenedConnect,
  connectNumber: number,
  status: StoredStatus = 'connected',
): Promise<string> {
  const result = await store.get(ConnectionAdoptions).adopt({
    ...session,
    orgId: randomUUID(),
    orgName: null,
    email: null,
    connectNumber,
    grant: grantSave(store.get(Clock)),
    spentSha256: null,
    stateSha256,
    decide: () => ({
      kind: 'save',
      keepGrant: false,
      next: connectedState({ status }),
      event: { kind: 'connected', detail: {} },
    }),
  });
  if (result.kind !== 'saved') throw new Error(`the grant was not stored: ${result.kind}`);
  return result.connectionId;
}
