import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { ConnectSessionStore, type ConnectStateRecord } from '#connections';
import { GrantAdopter } from '#tokens';
import { OauthOptions } from '../options.js';
import { connectFailure } from './failure-sentences.js';

const pollMilliseconds = 100;
const marginSeconds = 5;

/** Longest duration of an exchange, a check, the refresh of a refused token, and the save together. */
const ownerLimits = 8;

export type DecidedState = ConnectStateRecord & {
  readonly decided: NonNullable<ConnectStateRecord['decided']>;
};

/**
 * Waits for the outcome of an exchange that another callback began, on any replica. All callbacks that wait for one
 * `state` share one query.
 */
@Injectable()
export class StateWatch {
  /** One watch for each `state`; further callbacks share it. */
  readonly #watches = new Map<string, Promise<DecidedState>>();

  constructor(
    private readonly store: ConnectSessionStore,
    private readonly adopter: GrantAdopter,
    private readonly clock: Clock,
    private readonly options: OauthOptions,
  ) {}

  /**
   * Records an exchange whose owner died as failed: its code may be used up and is not sent again.
   * @throws Failure `deskera_unavailable` if nothing was sent, or the outcome is unknown after a bounded wait
   */
  async untilDecided(state: ConnectStateRecord): Promise<DecidedState> {
    if (isDecided(state)) return state;
    const key = state.stateSha256.toString('hex');
    const underWay = this.#watches.get(key);
    if (underWay !== undefined) return underWay;
    const watch = this.#watch(state).finally(() => {
      this.#watches.delete(key);
    });
    this.#watches.set(key, watch);
    return watch;
  }

  async #watch(state: ConnectStateRecord): Promise<DecidedState> {
    const longest = this.#ownerSeconds() + marginSeconds;
    const deadline = this.clock.monotonicMilliseconds() + longest * 1_000;
    for (let seen = state; ; seen = await this.#readLater(seen)) {
      if (isDecided(seen)) return seen;
      if (seen.consumed === null)
        throw connectFailure('deskera_unavailable', { internal: 'nothing was sent' });
      if (seen.consumed.ageSeconds > this.#ownerSeconds())
        await this.#giveUp(seen, seen.consumed.connectNumber);
      if (this.clock.monotonicMilliseconds() > deadline) {
        throw connectFailure('deskera_unavailable', { internal: 'the exchange is still under way' });
      }
    }
  }

  async #readLater({ stateSha256 }: ConnectStateRecord): Promise<ConnectStateRecord> {
    await this.clock.sleep(pollMilliseconds);
    const record = await this.store.findState(stateSha256);
    if (record === null)
      throw connectFailure('unknown_state', { internal: 'deleted while it was waited for' });
    return record;
  }

  /** A grant in the spool is no failure: the spool is replayed first. */
  async #giveUp({ stateSha256 }: ConnectStateRecord, connectNumber: number): Promise<void> {
    await this.adopter.storeSpooled();
    const failureCode = 'code_exchange_failed';
    await this.store.recordFailure({ stateSha256, connectNumber, failureCode, endsSession: false });
  }

  #ownerSeconds(): number {
    return ownerLimits * this.options.timeoutSeconds + marginSeconds;
  }
}

function isDecided(record: ConnectStateRecord): record is DecidedState {
  return record.decided !== null;
}
