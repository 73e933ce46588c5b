import { Injectable } from '@nestjs/common';
import { randomBetween } from '#kernel';
import { DatabaseTime } from '#database';
import { TokensOptions } from '../../options.js';
import type { Circumstances } from './transitions.js';

/** Gathers what the pure transitions may look at, at the moment they are asked. */
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
