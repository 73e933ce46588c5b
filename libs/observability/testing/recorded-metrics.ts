import {
  BrokerMetrics,
  type CheckOutcome,
  type DeskeraAnswer,
  type DeskeraOperation,
  type RateLimitName,
  type RefreshOutcome,
  type TokenRequestResult,
  type WebhookOutcome,
} from '../broker-metrics.js';

/** Remembers what was reported, a line each and in order, such as `token ok` and `deskera refresh granted`. */
export class RecordedMetrics extends BrokerMetrics {
  readonly lines: string[] = [];
  readonly seconds: number[] = [];

  override tokenRequestEnded(result: TokenRequestResult, seconds: number): void {
    this.lines.push(`token ${result}`);
    this.seconds.push(seconds);
  }

  override tokenCameFromCache(): void {
    this.lines.push('cache hit');
  }

  override refreshEnded(outcome: RefreshOutcome): void {
    this.lines.push(`refresh ${outcome}`);
  }

  override checkEnded(outcome: CheckOutcome): void {
    this.lines.push(`check ${outcome}`);
  }

  override requestRefused(limit: RateLimitName): void {
    this.lines.push(`refused ${limit}`);
  }

  override webhookTried(outcome: WebhookOutcome): void {
    this.lines.push(`webhook ${outcome}`);
  }

  override deskeraAnswered(operation: DeskeraOperation, answer: DeskeraAnswer, seconds: number): void {
    this.lines.push(`deskera ${operation} ${answer}`);
    this.seconds.push(seconds);
  }
}
