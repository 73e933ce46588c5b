import { Injectable } from '@nestjs/common';
import { randomBetween } from '#kernel';
import { DatabaseTime } from '#database';
import { TokensOptions } from '../../options.js';
import type { Circumstances } from './transitions.js';

/** Collects the inputs of the pure transitions at the time of the call. */
@Injectable()
export class CircumstancesNow {
  constructor(
    private readonly options: TokensOptions,
    private readonly time: DatabaseTime,
  ) {}

  get(): Circumstances {
    return { options: this.options, now: this.time.now(), random: randomBetween(0, 1) };
  }
}
