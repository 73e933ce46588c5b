import { Injectable } from '@nestjs/common';
import { Failure } from '#kernel';
import { clientNetwork } from './client-network.js';
import type { FromAddress } from './counted-attempt.js';

/** Pages that are made at the same time: each uses a connection to the database for some milliseconds. */
const mostAtOnce = 4;
/** Requests that wait for their turn, of one address and of all together. */
const mostOfOneAddress = 100;
const mostWaiting = 400;
const retryAfterSeconds = 1;

/**
 * Pages that anybody may ask for, and that ask the database: a few at a time, so that however many are asked for, the
 * database and all other requests have what they need. Those that are too many are refused before they cost anything.
 */
@Injectable()
export class PageTurns {
  readonly #waiting: (() => void)[] = [];
  readonly #byAddress = new Map<string, number>();
  #underWay = 0;

  /** @throws Failure `broker_unavailable` where too many wait; else what the work throws */
  async take<Result>(request: FromAddress, work: () => Promise<Result>): Promise<Result> {
    await this.#turn(clientNetwork(request.ip));
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  async #turn(address: string): Promise<void> {
    if (this.#underWay >= mostAtOnce) await this.#wait(address);
    else this.#underWay += 1;
  }

  /** The one that waited for longest takes the place over. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#underWay -= 1;
    else next();
  }

  async #wait(address: string): Promise<void> {
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (this.#waiting.length >= mostWaiting || ofAddress >= mostOfOneAddress) throw tooMany();
    this.#byAddress.set(address, ofAddress + 1);
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
  }
}

function tooMany(): Failure {
  return new Failure('broker_unavailable', 'Too many pages are asked for at the moment.', {
    retryAfterSeconds,
  });
}
