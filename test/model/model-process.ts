import { Deskera, DeskeraGate, DeskeraSlots } from '#deskera';
import { BrokerMetrics } from '#observability';
import { SilentMetrics } from '#observability/testing';
import { Clock, Failure, parseTenantId, type PartHealth } from '#kernel';
import {
  ChangeFeed,
  ConnectionAdoptions,
  ConnectionLeases,
  ConnectionListing,
  ConnectionReads,
  ConnectionSaves,
  DatabaseReadiness,
  DatabaseTime,
} from '#store';
import { DeskeraTokens, GrantAdopter, TokensOptions, Upkeep } from '#tokens';
import { sampleOptions } from '#tokens/testing';
import { DatabaseCall } from './database-call.js';
import { DeskeraCalls } from './deskera-calls.js';
import { memoryStore, type Wire } from './memory-store.js';
import type { IssuedPair } from './model-deskera.js';
import { ReplicaClock, dateOf } from './replica-clock.js';
import type { Caller, Surroundings } from './surroundings.js';
import { WiredReplica } from './wired-replica.js';

const tenantId = parseTenantId('acme');
const target = { apiVersion: 'v1', apiUrl: 'https://bifrost.example' } as const;
const options = sampleOptions();
/** Twice as long as a lease. */
const longestPauseMilliseconds = 40_000;

/** One process of the broker: the real tokens room, whose calls go through the world. */
export class ModelProcess implements Caller {
  readonly clock: ReplicaClock;
  state: 'running' | 'paused' | 'dead' = 'running';
  readonly #room: WiredReplica;
  /** What arrived while the process was paused: it reads that before its timers fire. */
  #inbox: (() => void)[] = [];
  #reads = 0;
  #pausedAt = 0;

  constructor(
    readonly world: Surroundings,
    readonly name: string,
  ) {
    this.clock = new ReplicaClock(world.time);
    this.#room = this.#wire();
    this.lock();
  }

  deliver(answer: () => void): void {
    if (this.state === 'running') answer();
    else if (this.state === 'paused') this.#inbox.push(answer);
  }

  /** SIGSTOP, or a machine that stands still. */
  pause(): void {
    if (this.state !== 'running') return;
    this.state = 'paused';
    this.#pausedAt = this.world.time.milliseconds;
  }

  /** A pause that outlasts lease and take-over time is beyond the promise: nobody waits for ever. */
  async wakeBefore(end: number): Promise<void> {
    if (this.state === 'paused' && end - this.#pausedAt > longestPauseMilliseconds) await this.resume();
  }

  async resume(): Promise<void> {
    if (this.state !== 'paused') return;
    this.state = 'running';
    const arrived = this.#inbox;
    this.#inbox = [];
    for (const answer of arrived) answer();
    await this.world.settled();
    while (this.clock.fireOne()) await this.world.settled();
    this.lock();
  }

  /** Nothing of it comes back; the server sees its sessions end. */
  die(): void {
    this.state = 'dead';
    this.world.database.locks.delete(this.name);
  }

  /** Its session holds the advisory lock again, where it has one. */
  lock(): void {
    if (this.state === 'running' && this.world.databaseIsUp) this.world.database.locks.add(this.name);
  }

  sweep(): void {
    if (this.state !== 'running') return;
    this.#ignore(this.#room.get(Upkeep).sweep());
  }

  /** A sibling service asks for a token. */
  read(): void {
    if (this.state !== 'running') return;
    const { witness, database } = this.world;
    this.#reads += 1;
    const caller = `${this.name}, caller ${String(this.#reads)}`;
    const before = [...database.rows.values()][0];
    const request = { tenantId, orgId: null, minTtlSeconds: 60, maxVerifiedAgeSeconds: null };
    const answer = this.#room
      .get(DeskeraTokens)
      .get(request)
      .then((token) => {
        if (token.degraded === null || database.protocol.servesWhatIsGood) return token;
        throw new Failure('deskera_unavailable', 'broken on purpose');
      });
    answer.then(
      (token) => {
        witness.served(caller, token.token);
      },
      (error: unknown) => {
        witness.refusedCaller(caller, before, error);
      },
    );
  }

  /** The callback of a connect: its number was drawn when its `state` was consumed, before the exchange. */
  connect(connectNumber: number, { grant }: IssuedPair): void {
    const now = this.clock.monotonicMilliseconds();
    const adoption = this.#room.get(GrantAdopter).adopt({
      tenantId,
      target,
      grant,
      connectNumber,
      requiredOrgId: null,
      activation: 'callback',
      activationSeconds: 900,
      stateSha256: Buffer.alloc(32),
      sessionSha256: Buffer.alloc(32),
      arrivedAtMilliseconds: now,
      sentAtMilliseconds: now,
    });
    this.#ignore(adoption);
  }

  disconnect(connectionId: string): void {
    this.#ignore(this.#room.get(ConnectionSaves).disconnect(connectionId, tenantId));
  }

  /** Failures are expected answers; anything else is a defect of the broker. */
  #ignore(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof Failure)) this.world.witness.defect(String(error));
    });
  }

  #wire(): WiredReplica {
    const { world, clock } = this;
    const { database } = world;
    const wire: Wire = (statement, execute) => DatabaseCall.make(this, statement, execute);
    const session = {
      processId: this.name,
      heldLockKey: () => (database.locks.has(this.name) ? this.name : null),
    };
    const store = memoryStore({ database, session, clock, wire, newId: () => world.newId() });
    const now = () => dateOf(world.time);
    return new WiredReplica(
      [
        [Clock, clock],
        [BrokerMetrics, new SilentMetrics()],
        [TokensOptions, options],
        [Deskera, new DeskeraCalls(this)],
        [DeskeraGate, { holdsBack: () => null, closedApiUrls: () => [], awaitsProbe: () => false }],
        [DeskeraSlots, { free: () => 8, take: () => Promise.resolve({ release: () => undefined }) }],
        [DatabaseTime, { now }],
        [DatabaseReadiness, { isAccepted: () => true }],
        [ChangeFeed, new UnprovenFeed()],
        [ConnectionLeases, store.leases],
        [ConnectionSaves, store.saves],
        [ConnectionAdoptions, store.adoptions],
        [ConnectionReads, store.reads],
        [ConnectionListing, { prune: () => Promise.resolve() }],
      ],
      // Jitter without dice, so that a run can be replayed.
      { CircumstancesNow: { get: () => ({ options, now: now(), random: 0.5 }) } },
    );
  }
}

/** What is cached is for the proof of freshness to guard; here every read is cold. */
class UnprovenFeed extends ChangeFeed {
  override isFresh(): boolean {
    return false;
  }

  override secondsSinceDatabaseSeen(): number {
    return Infinity;
  }

  override subscribe(): void {
    // Nothing is remembered.
  }

  override onDatabaseBack(): void {
    // What waits in the spool is found by the sweeps.
  }

  override announce(): void {
    // Nobody remembers anything.
  }

  override health(): PartHealth {
    return { part: 'changes', status: 'ok', facts: {} };
  }
}
