/** One part's word on how it is, for the body of `/health/ready`. Never holds a secret. */
export interface PartHealth {
  readonly part: string;
  readonly status: 'ok' | 'degraded' | 'down';
  /** Whole numbers and short words only: lag, counts, error classes. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** A part that can say how it is; asking must be cheap and must not wait for anything. */
export abstract class HealthSource {
  abstract health(): PartHealth;
}
