import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { DatabaseTime } from '../database-time.js';

@Injectable()
export class ObservedDatabaseTime extends DatabaseTime {
  #zero = Number.NaN;

  constructor(private readonly clock: Clock) {
    super();
  }

  override now(): Date {
    return new Date(Number.isNaN(this.#zero) ? 0 : this.#zero + this.clock.monotonicMilliseconds());
  }

  /** Learns from what was just read, and passes it on. */
  observed<Read extends { readonly readAt: Date }>(read: Read): Read {
    this.#zero = read.readAt.getTime() - this.clock.monotonicMilliseconds();
    return read;
  }
}
