import { Failure, parseTenantId } from '#kernel';
import { ConnectionSaves, type Activation } from '#connections';
import { ClockContinuity } from '#database/sql';
import { DeskeraTokens, GrantAdopter, Upkeep } from '#tokens';
import type { Machine } from './machine.js';
import { ModelFeed } from './model-feed.js';
import type { IssuedPair } from './model-deskera.js';
import { roomOf } from './process-room.js';
import { ReplicaClock } from './replica-clock.js';
import type { Caller, Surroundings } from './surroundings.js';
import type { WiredReplica } from './wired-replica.js';
import type { SeenConnect } from './witness.js';

const tenantId = parseTenantId('acme');
const target = { apiVersion: 'v1', apiUrl: 'https://bifrost.example' } as const;
/** Twice as long as a lease. */
const longestPauseMilliseconds = 40_000;
/** A round of the replay and the pause before it. */
const storingMilliseconds = 10_000;

/** One process of the broker: the real tokens room, whose calls go through the world. */
export class ModelProcess implements Caller {
  readonly clock: ReplicaClock;
  state: 'running' | 'paused' | 'dead' = 'running';
  readonly #room: WiredReplica;
  readonly #feed = new ModelFeed();
  /** Its session reads the database's clock every few seconds. */
  readonly #continuity = new ClockContinuity();
  /** What arrived while the process was paused: it reads that before its timers fire. */
  #inbox: (() => void)[] = [];
  #reads = 0;
  #answersOf: ReadonlySet<string> = new Set();
  #pausedAt = 0;
  #refusedAt = -Infinity;

  constructor(
    readonly world: Surroundings,
    readonly name: string,
    readonly machine: Machine,
  ) {
    this.clock = new ReplicaClock(world.time);
    this.#room = roomOf(this, this.#feed, this.#continuity);
    this.#storesFromNow();
    // Brings what waits in the spool, as a process that starts does.
    this.#room.get(Upkeep);
    this.lookAround();
  }

  /** Whether its statements get to the database. */
  get reachesDatabase(): boolean {
    return this.world.databaseIsUp && !this.machine.isCut;
  }

  get canWrite(): boolean {
    return !this.world.databaseIsReadOnly && !this.machine.isReadOnly;
  }

  writeRefused(): void {
    this.#refusedAt = this.world.time.milliseconds;
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
    if (this.machine.storesUntil > this.#pausedAt) this.machine.storesUntil = Infinity;
  }

  /** A pause that outlasts lease and take-over time is beyond the promise: nobody waits for ever. */
  async wakeBefore(end: number): Promise<void> {
    if (this.state === 'paused' && end - this.#pausedAt > longestPauseMilliseconds) await this.resume();
  }

  async resume(): Promise<void> {
    if (this.state !== 'paused') return;
    this.state = 'running';
    this.#storesFromNow();
    const arrived = this.#inbox;
    this.#inbox = [];
    for (const answer of arrived) answer();
    await this.world.settled();
    while (this.clock.fireOne()) await this.world.settled();
    this.lookAround();
  }

  /** Nothing of it comes back; the server sees its sessions end. */
  die(): void {
    this.state = 'dead';
    this.world.database.endSession(this.name);
  }

  setCut(isCut: boolean): void {
    const { machine } = this;
    if (machine.isCut && !isCut) machine.storesUntil = Infinity;
    machine.isCut = isCut;
    this.#storesFromNow();
  }

  /** Its session holds the advisory lock again, and its polls go through, where they can. */
  lookAround(): void {
    if (this.state !== 'running') return;
    this.#holdSession();
    if (this.reachesDatabase)
      this.#continuity.observe(this.world.database.now().getTime(), this.clock.monotonicMilliseconds());
    this.#feed.polled(this.reachesDatabase);
  }

  get refusedAt(): number {
    return this.#refusedAt;
  }

  holdAnswersOf(processIds: ReadonlySet<string>): void {
    this.#answersOf = processIds;
    this.#holdSession();
  }

  /** Locks are granted also by a database that does not write. */
  #holdSession(): void {
    const { database } = this.world;
    if (this.state !== 'running' || !this.reachesDatabase) return;
    database.locks.add(this.name);
    database.heldAnswers.set(this.name, this.#answersOf);
  }

  sweep(): void {
    if (this.state !== 'running') return;
    this.#ignore(this.#room.get(Upkeep).sweep());
  }

  /** A sibling service asks for a token. @param maxVerifiedAgeSeconds null: however old Deskera's word is */
  read(maxVerifiedAgeSeconds: number | null): void {
    if (this.state !== 'running') return;
    const { witness, database } = this.world;
    this.#reads += 1;
    const caller = `${this.name}, caller ${String(this.#reads)}`;
    const before = [...database.rows.values()][0];
    const minTtlSeconds = maxVerifiedAgeSeconds === null ? 60 : 0;
    const request = { tenantId, orgId: null, minTtlSeconds, maxVerifiedAgeSeconds };
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
  connect(connect: SeenConnect, { grant }: IssuedPair, activation: Activation): void {
    const now = this.clock.monotonicMilliseconds();
    const adoption = this.#room.get(GrantAdopter).adopt({
      tenantId,
      target,
      grant,
      connectNumber: connect.connectNumber,
      requiredOrgId: null,
      activation,
      activationSeconds: 900,
      stateSha256: connect.stateSha256,
      sessionSha256: connect.stateSha256,
      arrivedAtMilliseconds: now,
      sentAtMilliseconds: now,
    });
    adoption.then(
      () => {
        connect.told = 'stored';
      },
      (error: unknown) => {
        // Its grant may still be on its way into the row or the spool then.
        if (!isCode(error, 'broker_unavailable')) connect.told = 'failed';
      },
    );
    this.#ignore(adoption);
  }

  /** The browser landed, or the service confirmed. */
  activate(connectionId: string, connectNumber: number): void {
    if (this.state !== 'running') return;
    this.#ignore(
      this.#room.get(GrantAdopter).activate({ sessionSha256: Buffer.alloc(32), connectionId, connectNumber }),
    );
  }

  disconnect(connectionId: string): void {
    if (this.state !== 'running') return;
    this.#ignore(this.#room.get(ConnectionSaves).disconnect(connectionId, tenantId));
  }

  #storesFromNow(): void {
    const { machine, world } = this;
    if (machine.storesUntil === Infinity && this.state === 'running')
      machine.storesUntil = world.time.milliseconds + storingMilliseconds;
  }

  /** Failures are expected answers; anything else is a defect of the broker. */
  #ignore(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof Failure)) this.world.witness.defect(String(error));
    });
  }
}

function isCode(error: unknown, code: Failure['code']): boolean {
  return error instanceof Failure && error.code === code;
}
