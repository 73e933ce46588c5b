import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { BrokerMetrics, type DeskeraOperation } from '#observability';
import type { GrantOutcome, ValidateOutcome } from '../outcome.js';

/** Times what is sent to Deskera, and reports how it ended. */
@Injectable()
export class Stopwatch {
  constructor(
    private readonly metrics: BrokerMetrics,
    private readonly clock: Clock,
  ) {}

  /** @param send one request and the reading of its answer; nothing is reported where it rejects */
  async time<Outcome extends GrantOutcome | ValidateOutcome>(
    operation: DeskeraOperation,
    send: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const from = this.clock.monotonicMilliseconds();
    const outcome = await send();
    const answer = outcome.kind === 'passing' ? outcome.reason : outcome.kind;
    this.metrics.deskeraAnswered(operation, answer, (this.clock.monotonicMilliseconds() - from) / 1_000);
    return outcome;
  }
}
