import {
  Deskera,
  type DeskeraTarget,
  type GrantOutcome,
  type PassingFailure,
  type RefreshRequest,
  type ValidateOutcome,
} from '#deskera';
import { declined, granted, passing, refused } from '#deskera/testing';
import type { Secret } from '#kernel';
import type { IssuedPair } from './model-deskera.js';
import type { Call, Caller, Turn } from './surroundings.js';
import type { Sending } from './sendings.js';

/** As `Deskera` has it: a refresh is read for up to three times as long as a caller waits, a check that long. */
const refreshLimitMilliseconds = 30_000;
const validateLimitMilliseconds = 10_000;

/** Deskera as one process reaches it. */
export class DeskeraCalls extends Deskera {
  constructor(private readonly process: Caller) {
    super();
  }

  override authPageUrl(): string {
    throw new Error('nobody is sent to the auth page here');
  }

  override exchangeCode(): Promise<GrantOutcome> {
    throw new Error('codes are exchanged before this model begins');
  }

  override prepareRefresh(): void {
    // There are no connections here.
  }

  override refresh(_target: DeskeraTarget, request: RefreshRequest): Promise<GrantOutcome> {
    return new Promise((resolve) => {
      this.process.world.add(new RefreshCall(this.process, request, resolve));
    });
  }

  override validate(_target: DeskeraTarget, token: Secret): Promise<ValidateOutcome> {
    return new Promise((resolve) => {
      this.process.world.add(new ValidateCall(this.process, token, resolve));
    });
  }
}

/** Three turns: the request is written, it arrives, the answer comes back. Each may be the last. */
class RefreshCall implements Call {
  readonly isBounded = false;
  readonly name: string;
  #sending: Sending | null = null;
  #answer: GrantOutcome | null = null;
  #writtenAt = 0;
  #over = false;

  constructor(
    readonly process: Caller,
    private readonly request: RefreshRequest,
    private readonly resolve: (outcome: GrantOutcome) => void,
  ) {
    this.name = `refresh with ${request.refreshToken.reveal()}`;
  }

  turn(how: Turn): boolean {
    if (this.#sending === null) return this.#write(how);
    if (this.#answer === null && how !== 'lose_request' && this.#mayArrive()) {
      this.#answer = this.#arrive();
      if (how === 'on') return true;
    }
    this.#end(how === 'on' && this.#answer !== null ? this.#answer : passing('reset'));
    return false;
  }

  /** The tick in which the first byte is written is one in which the process runs. */
  #write(how: Turn): boolean {
    if (this.process.state === 'dead') return false;
    if (this.process.state === 'paused') return true;
    if (how !== 'on') return this.#unsent(passing('connection_failed'));
    if (!this.request.mayStillSend()) return this.#unsent(passing('not_sent'));
    this.#sending = this.process.world.witness.sent(this.process, this.request.refreshToken);
    this.#writtenAt = this.process.world.time.milliseconds;
    this.process.clock.after(refreshLimitMilliseconds, () => {
      this.#end(passing('timeout'));
    });
    return true;
  }

  /** What is under way for longer than it is read for is lost with its connection. */
  #mayArrive(): boolean {
    return this.process.world.time.milliseconds - this.#writtenAt < refreshLimitMilliseconds;
  }

  #unsent(outcome: PassingFailure): boolean {
    this.process.world.witness.unsent(this.process, this.request.refreshToken, outcome);
    this.process.deliver(() => {
      this.resolve(outcome);
    });
    return false;
  }

  #arrive(): GrantOutcome {
    const { deskera } = this.process.world;
    if (deskera.isDown) return passing('server_error');
    if (deskera.isBehindGateway) return declined();
    const pair: IssuedPair | null = deskera.refresh(this.request.refreshToken);
    return pair === null ? refused() : granted(pair.grant);
  }

  #end(outcome: GrantOutcome): void {
    this.process.deliver(() => {
      if (this.#over) return;
      this.#over = true;
      if (this.#sending !== null) this.process.world.witness.answered(this.#sending, outcome);
      this.resolve(outcome);
    });
  }
}

class ValidateCall implements Call {
  readonly isBounded = false;
  readonly name: string;

  constructor(
    readonly process: Caller,
    private readonly token: Secret,
    private readonly resolve: (outcome: ValidateOutcome) => void,
  ) {
    this.name = `validate ${token.reveal()}`;
    process.clock.after(validateLimitMilliseconds, () => {
      resolve(passing('timeout'));
    });
  }

  turn(how: Turn): boolean {
    const { deskera } = this.process.world;
    const word: ValidateOutcome = { kind: deskera.isValid(this.token) ? 'valid' : 'invalid' };
    const isSilent = how !== 'on' || deskera.isDown || deskera.isBehindGateway;
    const outcome = isSilent ? passing('reset') : word;
    this.process.deliver(() => {
      this.resolve(outcome);
    });
    return false;
  }
}
