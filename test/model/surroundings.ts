import type { MemoryDatabase } from './memory-database.js';
import type { ModelDeskera } from './model-deskera.js';
import type { ReplicaClock, WorldTime } from './replica-clock.js';
import type { SeenProcess } from './sendings.js';
import type { Witness } from './witness.js';

/** How a call goes on: as it should, or one of the ways in which it does not. */
export type Turn = 'on' | 'lose_request' | 'lose_answer';

/** Something that a process has under way outside of itself. */
export interface Call {
  readonly process: Caller;
  readonly name: string;
  /** To the database or the disk: a client that waits for its answer gives up in time. */
  readonly isBounded: boolean;
  /** @returns whether anything can still become of it */
  turn(how: Turn): boolean;
}

/** A process as its calls know it. */
export interface Caller extends SeenProcess {
  readonly world: Surroundings;
  readonly clock: ReplicaClock;
  /** Whether the database takes what it writes, where it is reached. */
  readonly canWrite: boolean;
  /** The database said that it does not write. */
  writeRefused(): void;
  /** When it last said so, in milliseconds of the world; -Infinity: never. */
  readonly refusedAt: number;
  /** As `ReplicaSession` has it. */
  holdAnswersOf(processIds: ReadonlySet<string>): void;
  /** The process reads an answer, at once or when it runs again. */
  deliver(answer: () => void): void;
}

/** The world as a process and its calls know it. */
export interface Surroundings {
  readonly time: WorldTime;
  readonly database: MemoryDatabase;
  readonly deskera: ModelDeskera;
  readonly witness: Witness;
  readonly databaseIsUp: boolean;
  readonly databaseIsReadOnly: boolean;
  newId(): string;
  add(call: Call): void;
  /** Everything that can go on without the world has gone on. */
  settled(): Promise<void>;
}
