import { Failure } from '#kernel';
import type { Standing } from './allowance.js';

/** What the caller of too many requests is told. */
export function rateLimited({ retryAfterSeconds }: Standing, sentence: string): Failure {
  return new Failure('rate_limited', sentence, {
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterSeconds)),
  });
}
