import { Injectable } from '@nestjs/common';
import { Turns } from '#kernel';
import { clientNetwork } from './client-network.js';
import type { FromAddress } from './counted-attempt.js';

/**
 * Pages that anybody may ask for, and that ask the database: a few at a time, so that however many are asked for, the
 * database and all other requests have what they need. Those that are too many are refused before they cost anything.
 */
@Injectable()
export class PageTurns {
  /** Each uses a connection to the database for some milliseconds. */
  readonly #turns = new Turns({
    atOnce: 4,
    mostOfOneSource: 100,
    mostWaiting: 400,
    sentence: 'Too many pages are asked for at the moment.',
  });

  /** @throws Failure `broker_unavailable` where too many wait; else what the work throws */
  take<Result>(request: FromAddress, work: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(clientNetwork(request.ip), work);
  }
}
