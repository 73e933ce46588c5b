import { setImmediate } from 'node:timers/promises';
import { MemoryDatabase } from './memory-database.js';
import { ModelDeskera, type Rotation } from './model-deskera.js';
import { ModelProcess } from './model-process.js';
import type { Protocol } from './protocol.js';
import type { WorldTime } from './replica-clock.js';
import type { Call, Surroundings, Turn } from './surroundings.js';
import { Witness } from './witness.js';

/** Calls of their own rhythm: where the database can be reached nothing is learnt from holding them up. */
const unremarkable = new Set(['renew the lease', 'record an event']);

/** Two replicas, one database, one Deskera, and everything between them. */
export class World implements Surroundings {
  readonly time: WorldTime = { milliseconds: 0 };
  readonly database: MemoryDatabase;
  readonly deskera: ModelDeskera;
  readonly witness: Witness;
  readonly trace: string[] = [];
  databaseIsUp = true;
  #calls: Call[] = [];
  #processes: ModelProcess[] = [];
  #ids = 0;

  constructor(protocol: Protocol, rotation: Rotation) {
    this.deskera = new ModelDeskera(rotation, this.time);
    this.witness = new Witness(this.trace, () => this.database, this.deskera);
    this.database = new MemoryDatabase(protocol, this.time, (before, after, statement) => {
      this.witness.changed(before, after, statement);
    });
    this.#processes = [this.#start(), this.#start()];
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
    if (this.databaseIsUp && unremarkable.has(call.name)) call.turn('on');
    else this.#calls.push(call);
  }

  /** The connection that every run begins with. */
  async connectFirst(): Promise<void> {
    this.connect(0);
    await this.settled();
    await this.run(0, 10);
    this.trace.length = 0;
  }

  /** A person connects: the number is drawn, the code exchanged, and the grant is in the process's hands. */
  connect(replica: number): void {
    const process = this.process(replica);
    if (process.state !== 'running' || !this.databaseIsUp) return;
    const number = this.database.nextConnectNumber();
    process.connect(number, this.deskera.consent());
  }

  disconnect(replica: number): void {
    const process = this.process(replica);
    const [connectionId] = this.database.rows.keys();
    if (process.state === 'running' && connectionId !== undefined) process.disconnect(connectionId);
  }

  async settled(): Promise<void> {
    await setImmediate();
  }

  /** The next turn of one of the calls that are under way. */
  async turn(how: Turn, pick: number, replica?: number): Promise<boolean> {
    const calls = this.#calls.filter(
      ({ process }) => replica === undefined || process === this.#processes[replica],
    );
    const call = calls[pick % Math.max(calls.length, 1)];
    if (call === undefined) return false;
    if (call.name !== 'claim what is due')
      this.trace.push(`${call.process.name}: ${call.name}${how === 'on' ? '' : ` (${how})`}`);
    if (!call.turn(how)) this.#calls = this.#calls.filter((other) => other !== call);
    await this.settled();
    return true;
  }

  /** Everything that a replica has under way goes on for a while, in order. */
  async run(replica: number, turns: number): Promise<void> {
    await this.settled();
    for (let turn = 0; turn < turns; turn += 1) {
      if (!(await this.turn('on', 0, replica))) return;
    }
  }

  /** @param arriving what the dead process had sent to the database still gets there */
  crash(replica: number, arriving: boolean): void {
    const process = this.process(replica);
    process.die();
    // What was written to Deskera is out of anybody's hands; a statement arrives now or never.
    for (const call of this.#calls.filter((each) => each.process === process && isStatement(each))) {
      if (arriving) call.turn('on');
    }
    this.#calls = this.#calls.filter((each) => each.process !== process || !isStatement(each));
    this.#processes[replica] = this.#start();
  }

  async restartDatabase(): Promise<void> {
    this.database.serverStarts += 1;
    this.database.locks.clear();
    for (const process of this.#processes) process.lock();
    await this.settled();
  }

  /** Time passes; the timers of the processes that run fire in its course. */
  async wait(seconds: number): Promise<void> {
    const end = this.time.milliseconds + seconds * 1_000;
    for (const process of this.#processes) await process.wakeBefore(end);
    for (;;) {
      const running = this.#processes.filter(({ state }) => state === 'running');
      const next = Math.min(...running.map(({ clock }) => clock.nextTimer()));
      if (next > end) break;
      this.time.milliseconds = Math.max(this.time.milliseconds, next);
      running.find(({ clock }) => clock.nextTimer() <= this.time.milliseconds)?.clock.fireOne();
      await this.settled();
    }
    this.time.milliseconds = end;
    for (const process of this.#processes) process.lock();
  }

  /** All faults end, everything under way comes to its end, and sweeps go round until nothing is left to do. */
  async heal(): Promise<void> {
    this.databaseIsUp = true;
    this.deskera.isDown = false;
    this.trace.push('all is well again');
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

  async #drain(): Promise<void> {
    for (let turn = 0; turn < 200; turn += 1) {
      if (!(await this.turn('on', 0))) return;
    }
    throw new Error('the calls do not come to an end');
  }

  #start(): ModelProcess {
    return new ModelProcess(this, `process ${this.newId()}`);
  }
}

function isStatement({ name }: Call): boolean {
  return !name.startsWith('refresh');
}
