import { BrokerMetrics } from '../broker-metrics.js';

/** For those who are not asked what they counted. */
export class SilentMetrics extends BrokerMetrics {
  override tokenRequestEnded(): void {
    // Nobody reads it.
  }

  override tokenCameFromCache(): void {
    // Nobody reads it.
  }

  override refreshEnded(): void {
    // Nobody reads it.
  }

  override checkEnded(): void {
    // Nobody reads it.
  }

  override requestRefused(): void {
    // Nobody reads it.
  }

  override webhookTried(): void {
    // Nobody reads it.
  }

  override deskeraAnswered(): void {
    // Nobody reads it.
  }
}
