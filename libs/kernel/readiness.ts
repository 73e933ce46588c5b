/** The health of one part, for the body of `/health/ready`. Never contains a secret. */
export interface PartHealth {
  readonly part: string;
  readonly status: 'ok' | 'degraded' | 'down';
  /** Whole numbers and short words only: lag, counts, error classes. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** A part that reports its health. The report must be cheap and must not wait. */
export abstract class HealthSource {
  abstract health(): PartHealth;
}
