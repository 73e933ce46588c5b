import type { SandboxClock } from './clock.js';
import { Clients, defaultClient, type Client } from './state/clients.js';
import { Codes } from './state/codes.js';
import { Counters } from './state/counters.js';
import { Faults } from './state/faults.js';
import { Grants, type SavedGrants } from './state/grants.js';
import { Journal, type JournalEvent } from './state/journal.js';
import { Orgs, type Org } from './state/orgs.js';
import { defaultSettings, type Settings } from './state/settings.js';
import { firebaseClaims } from './tokens/claims.js';
import { Issuer } from './tokens/issuer.js';
import type { TokenSigner } from './tokens/token-signer.js';

export interface WorldStart {
  readonly clock: SandboxClock;
  readonly signer: TokenSigner;
  readonly settings: Partial<Settings>;
  readonly defaultCallbackUri: string;
}

/** What outlives a restart, where a file is kept: no code, fault or counter. */
export interface SavedWorld {
  readonly settings: Settings;
  readonly clients: readonly Client[];
  readonly orgs: readonly Org[];
  readonly grants: SavedGrants;
}

/** Everything this Deskera knows. One thread, so that every step between two awaits is atomic. */
export class World {
  readonly clock: SandboxClock;
  readonly signer: TokenSigner;
  readonly issuer = new Issuer(this);
  /** Aborts when the sandbox closes: nobody waits for an app's callback after that. */
  readonly closing = new AbortController();
  /** Signed once: a signature for each token would double what a refresh costs. */
  readonly firebaseToken: string;
  settings: Settings;
  clients: Clients;
  orgs: Orgs;
  grants: Grants;
  codes = new Codes();
  faults = new Faults();
  counters = new Counters();
  /** Goes on over a reset: whoever reads it on need not notice. */
  readonly journal = new Journal();

  constructor(
    private readonly start: WorldStart,
    saved?: SavedWorld,
  ) {
    this.clock = start.clock;
    this.signer = start.signer;
    this.firebaseToken = start.signer.sign(firebaseClaims());
    this.settings = { ...this.firstSettings(), ...saved?.settings, ...start.settings };
    this.clients = new Clients([...(saved?.clients ?? []), this.firstClient()]);
    this.orgs = new Orgs(saved?.orgs);
    this.grants = new Grants(saved?.grants);
  }

  note(event: JournalEvent): void {
    this.journal.write(this.clock.now(), event);
  }

  changeSettings(changes: Partial<Settings>): void {
    this.settings = { ...this.settings, ...changes };
  }

  /** Calls in flight are counted with those before. */
  resetCounters(): void {
    this.counters = new Counters();
  }

  /** Back to the start; only the signing key stays, and calls in flight end as they can. */
  reset(): void {
    this.settings = this.firstSettings();
    this.clients = new Clients([this.firstClient()]);
    this.orgs = new Orgs();
    this.grants = new Grants();
    this.codes = new Codes();
    this.faults = new Faults();
    this.resetCounters();
  }

  save(): SavedWorld {
    const { settings, clients, orgs, grants } = this;
    return { settings, clients: clients.all(), orgs: orgs.list(orgs.count), grants: grants.save() };
  }

  private firstSettings(): Settings {
    return { ...defaultSettings, ...this.start.settings };
  }

  private firstClient(): Client {
    return { ...defaultClient, callbackUri: this.start.defaultCallbackUri };
  }
}
