import { randomBytes } from 'node:crypto';
import { FakeDeskera } from '#deskera/testing';
import {
  parseTenantId,
  Secret,
  SystemClock,
  uncounted,
  type Attempt,
  type Clock,
  type TenantId,
} from '#kernel';
import { ConnectionListing, ConnectionReads, ConnectSessionStore } from '#connections';
import { openTestStore } from '#connections/testing';
import type { CallbackResult } from '../callbacks.js';
import type { ConnectLinks, OpenedLink } from '../connect-links.js';
import type { ConnectSessions, StartConnect } from '../connect-sessions.js';
import { CallbackFlow } from '../internal/callback-flow.js';
import { CodeExchange } from '../internal/code-exchange.js';
import { LandingFlow } from '../internal/landing-flow.js';
import { LinkFlow } from '../internal/link-flow.js';
import { SessionActivation } from '../internal/session-activation.js';
import { SessionFlow } from '../internal/session-flow.js';
import { StateWatch } from '../internal/state-watch.js';
import { UnusedStates } from '../internal/unused-states.js';
import type { Landings } from '../landings.js';
import type { OauthOptions } from '../options.js';
import { CountedSlots } from './counted-slots.js';
import { StoredOrgs } from './stored-orgs.js';
import { StoringAdopter } from './storing-adopter.js';
import { testOptions } from './test-options.js';

/** A person's browser at Deskera's auth page. */
interface Opening {
  readonly authPage: URL;
  readonly state: string;
  readonly browserId: Secret;
}

/** The same, with the code that Deskera hands out where the person agrees. */
export interface AtDeskera extends Opening {
  readonly sessionId: string;
  readonly linkId: Secret;
  readonly code: string;
}

export interface Said {
  readonly code?: string;
  readonly error?: string;
  readonly browserId?: Secret | null;
}

/** One replica's connecting, on a real database. */
export interface ConnectBench {
  readonly tenantId: TenantId;
  readonly deskera: FakeDeskera;
  readonly slots: CountedSlots;
  readonly adopter: StoringAdopter;
  readonly store: ConnectSessionStore;
  readonly exchange: CodeExchange;
  readonly watch: StateWatch;
  readonly sessions: ConnectSessions;
  readonly links: ConnectLinks;
  readonly callbacks: CallbackFlow;
  readonly landings: Landings;
  open(linkId: Secret, browserId?: Secret | null): Promise<Opening>;
  atDeskera(request?: Partial<StartConnect>, browserId?: Secret | null): Promise<AtDeskera>;
  /** What Deskera (V1), or the person's browser (V2), calls back with; without anything said: that the person agreed. */
  callBack(at: AtDeskera, said?: Said, attempt?: Attempt): Promise<CallbackResult>;
  /** The connection as it is stored, and its events, the newest first. */
  historyOf(connectionId: string | null): Promise<{ record: unknown; events: readonly unknown[] }>;
  close(): Promise<void>;
}

export interface BenchSettings {
  readonly clock?: Clock;
  readonly options?: Partial<OauthOptions>;
  /** Several replicas share one. */
  readonly deskera?: FakeDeskera;
}

export async function openConnectBench(
  databaseUrl: string,
  { clock = new SystemClock(), options = {}, deskera = new FakeDeskera() }: BenchSettings = {},
): Promise<ConnectBench> {
  const testStore = await openTestStore(databaseUrl);
  const store = testStore.get(ConnectSessionStore);
  const settings = testOptions(options);
  const [slots, adopter] = [new CountedSlots(), new StoringAdopter(testStore)];
  const activation = new SessionActivation(store, adopter);
  const exchange = new CodeExchange(store, deskera, slots, adopter, clock, settings);
  const watch = new StateWatch(store, adopter, clock, settings);
  const links = new LinkFlow(store, deskera, settings);
  const sessions = new SessionFlow(
    store,
    new StoredOrgs(testStore.get(ConnectionReads)),
    activation,
    settings,
  );
  const tenantId = parseTenantId(`tenant-${randomBytes(6).toString('hex')}`);

  async function open(linkId: Secret, browserId: Secret | null = null): Promise<Opening> {
    const opened = await openLink(linkId, browserId === null ? [] : [browserId]);
    if (opened.kind !== 'auth_page') throw new Error('the label was seen already');
    const authPage = new URL(opened.redirectTo.reveal());
    return { authPage, state: authPage.searchParams.get('state') ?? '', browserId: opened.browserId };
  }

  /** As a person does: where there is a label, the same browser goes on from it. */
  async function openLink(linkId: Secret, browserIds: readonly Secret[]): Promise<OpenedLink> {
    const opened = await links.open({ linkId, browserIds, labelProof: null });
    if (opened.kind === 'auth_page') return opened;
    return links.open({ linkId, browserIds: [opened.browserId], labelProof: opened.labelProof });
  }

  const callbacks = new CallbackFlow(store, exchange, watch, new UnusedStates(store, clock), settings);
  return {
    ...{ tenantId, deskera, slots, adopter, store, exchange, watch, sessions, links, open, callbacks },
    callBack: ({ state, browserId, code }, said = { code }, attempt = uncounted) => {
      const from = said.browserId === undefined ? browserId : said.browserId;
      const browserIds = from === null ? [] : [from];
      const values = { code: said.code, error: said.error, state, browserIds };
      return callbacks.handle(values, attempt);
    },
    landings: new LandingFlow(store, activation),
    close: () => testStore.close(),
    async historyOf(connectionId) {
      const id = connectionId ?? '';
      const events = await testStore.get(ConnectionListing).events(id, null, 50);
      return {
        record: await testStore.get(ConnectionReads).find(id),
        events: events.map(({ kind, detail }) => ({ kind, detail })),
      };
    },
    async atDeskera(request = {}, browserId = null) {
      const { sessionId, connectUrl } = await sessions.start({ tenantId, ...request });
      const linkId = Secret.of(connectUrl.slice(connectUrl.lastIndexOf('/') + 1));
      const code = deskera.issueCode().reveal();
      return { sessionId, linkId, code, ...(await open(linkId, browserId)) };
    },
  };
}
