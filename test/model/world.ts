import { setImmediate } from 'node:timers/promises';
import type { Activation } from '#connections';
import { CallsUnderWay } from './calls-under-way.js';
import type { Machine } from './machine.js';
import { MemoryDatabase } from './memory-database.js';
import { ModelDeskera, type HandedOut, type IssuedPair, type Rotation } from './model-deskera.js';
import { ModelProcess } from './model-process.js';
import type { Protocol } from './protocol.js';
import type { WorldTime } from './replica-clock.js';
import type { Call, Surroundings, Turn } from './surroundings.js';
import { Witness } from './witness.js';

/** Calls of their own rhythm: where they go through nothing is learnt from holding them up. */
const unremarkable = new Set(['renew the lease', 'record an event', 'look into the spool']);

export interface Place {
  readonly rotation: Rotation;
  /** `shared`: one folder for all; `own`: one for each machine, which the successor of a process finds again. */
  readonly spools: 'shared' | 'own';
}

/** Two replicas, one database, one Deskera, and everything between them. */
export class World implements Surroundings {
  readonly time: WorldTime = { milliseconds: 0 };
  readonly database: MemoryDatabase;
  readonly deskera: ModelDeskera;
  readonly witness: Witness;
  readonly trace: string[] = [];
  databaseIsUp = true;
  databaseIsReadOnly = false;
  readonly #calls = new CallsUnderWay(() => this.time.milliseconds, this.trace);
  readonly #machines: readonly Machine[];
  #processes: ModelProcess[] = [];
  #ids = 0;

  constructor(protocol: Protocol, { rotation, spools }: Place) {
    this.deskera = new ModelDeskera(rotation, this.time);
    this.witness = new Witness(this.trace, () => this.database, this.deskera);
    this.database = new MemoryDatabase(protocol, this.time, (before, after, statement) => {
      this.witness.changed(before, after, statement);
    });
    const folder = new Map();
    const machine = (): Machine => ({
      folder: spools === 'shared' ? folder : new Map(),
      disk: 'works',
      isCut: false,
      isReadOnly: false,
      lacksKey: false,
      storesUntil: 0,
    });
    this.#machines = [machine(), machine()];
    this.#processes = this.#machines.map((each) => this.#start(each));
  }

  process(replica: number): ModelProcess {
    const process = this.#processes[replica];
    if (process === undefined) throw new Error(`there is no replica ${String(replica)}`);
    return process;
  }

  newId(): string {
    this.#ids += 1;
    return `id-${String(this.#ids)}`;
  }

  add(call: Call): void {
    const reaches = this.databaseIsUp && !call.process.machine.isCut;
    if (reaches && unremarkable.has(call.name)) call.turn('on');
    else this.#calls.add(call);
  }

  /** The connection that every run begins with. */
  async connectFirst(): Promise<void> {
    this.connect(0, 'new', 'callback');
    await this.settled();
    await this.run(0, 10);
    this.trace.length = 0;
  }

  /** A person connects: the number is drawn, the code exchanged, and the grant is in the process's hands. */
  connect(replica: number, handedOut: HandedOut, activation: Activation): void {
    const process = this.process(replica);
    if (process.state !== 'running' || !process.reachesDatabase || !process.canWrite) return;
    const connectNumber = this.database.nextConnectNumber();
    const stateSha256 = Buffer.alloc(32, connectNumber);
    this.database.states.set(stateSha256.toString('hex'), { connectNumber, failureCode: undefined });
    const pair = this.#handedOut(handedOut) ?? this.deskera.consent();
    process.connect(this.witness.connects(process, { connectNumber, stateSha256 }, pair), pair, activation);
  }

  activate(replica: number): void {
    const [row] = this.database.rows.values();
    if (row !== undefined) this.process(replica).activate(row.connectionId, row.connectNumber);
  }

  disconnect(replica: number): void {
    const [connectionId] = this.database.rows.keys();
    if (connectionId !== undefined) this.process(replica).disconnect(connectionId);
  }

  async settled(): Promise<void> {
    await setImmediate();
  }

  /** The next turn of one of the calls that are under way. */
  async turn(how: Turn, pick: number, replica?: number): Promise<boolean> {
    const went = this.#calls.turn(how, pick, replica === undefined ? undefined : this.process(replica));
    if (went) await this.settled();
    return went;
  }

  /** Everything that a replica has under way goes on for a while, in order. */
  async run(replica: number, turns: number): Promise<void> {
    await this.settled();
    for (let turn = 0; turn < turns; turn += 1) {
      if (!(await this.turn('on', 0, replica))) return;
    }
  }

  /** @param arriving what the dead process had sent to the database or the disk still gets there */
  crash(replica: number, arriving: boolean): void {
    const process = this.process(replica);
    process.die();
    this.#calls.end(process, arriving);
    this.#processes[replica] = this.#start(process.machine);
  }

  /** The server frees the lock of whoever it does not hear from. */
  cut(replica: number, isCut: boolean): void {
    const process = this.process(replica);
    process.setCut(isCut);
    if (isCut) this.database.endSession(process.name);
    process.lookAround();
  }

  async setDatabase(what: 'away' | 'back' | 'restarted'): Promise<void> {
    this.databaseIsUp = what !== 'away';
    if (what === 'restarted') this.database.restart();
    this.#lookAround();
    await this.settled();
  }

  /** A standby takes over that never got the attempt that was put on record last. */
  async failOver(): Promise<void> {
    this.witness.forgotten(this.database.forgetLastAttempt());
    await this.setDatabase('restarted');
  }

  /** Time passes; in its course timers of processes that run fire, and no statement waits for ever. */
  async wait(seconds: number): Promise<void> {
    const end = this.time.milliseconds + seconds * 1_000;
    for (const process of this.#processes) await process.wakeBefore(end);
    for (;;) {
      const running = this.#processes.filter(({ state }) => state === 'running');
      const bound = this.#calls.nextBound();
      const next = Math.min(bound, ...running.map(({ clock }) => clock.nextTimer()));
      if (next > end) break;
      this.time.milliseconds = Math.max(this.time.milliseconds, next);
      if (next === bound) this.#calls.turnOverdue();
      else running.find(({ clock }) => clock.nextTimer() <= this.time.milliseconds)?.clock.fireOne();
      await this.settled();
    }
    this.time.milliseconds = end;
    this.#lookAround();
  }

  /** All faults end, everything under way comes to its end, and sweeps go round until nothing is left to do. */
  async heal(): Promise<void> {
    this.trace.push('all is well again');
    this.deskera.isDown = false;
    this.deskera.isBehindGateway = false;
    this.databaseIsReadOnly = false;
    for (const process of this.#processes) {
      process.machine.disk = 'works';
      process.machine.isReadOnly = false;
      process.machine.lacksKey = false;
      process.setCut(false);
    }
    await this.setDatabase('back');
    for (const process of this.#processes) await process.resume();
    for (let round = 0; round < 8; round += 1) {
      await this.#drain();
      await this.wait(60 * 2 ** Math.min(round, 4));
      await this.#drain();
      for (const process of this.#processes) process.sweep();
      await this.settled();
      await this.#drain();
    }
  }

  /** The same pair again may be handed to a connect while another one still works on it. */
  #handedOut(which: HandedOut): IssuedPair | undefined {
    return which === 'new' ? undefined : this.deskera.handedOutBefore(which);
  }

  async #drain(): Promise<void> {
    for (let turn = 0; turn < 200; turn += 1) {
      if (!(await this.turn('on', 0))) return;
    }
    throw new Error(['the calls do not come to an end', ...this.trace].join('\n  '));
  }

  #lookAround(): void {
    for (const process of this.#processes) process.lookAround();
  }

  #start(machine: Machine): ModelProcess {
    return new ModelProcess(this, `process ${this.newId()}`, machine);
  }
}
