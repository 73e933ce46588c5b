import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import pg from 'pg';
import { RefusedWrites } from '../refused-writes.js';

/**
 * SQLSTATEs of a server that answers and can't write at the moment: read only, out of disk, memory or connections, an
 * error of its file system, stopping or starting.
 */
const cannotWrite = /^(25006|53|58|57P)/;

@Injectable()
export class NotedRefusals extends RefusedWrites {
  #lastAt = -Infinity;

  constructor(private readonly clock: Clock) {
    super();
  }

  override lastAt(): number {
    return this.#lastAt;
  }

  /** @param error of a statement, as `pg` threw it */
  note(error: unknown): void {
    if (error instanceof pg.DatabaseError && cannotWrite.test(error.code ?? ''))
      this.#lastAt = this.clock.monotonicMilliseconds();
  }
}
