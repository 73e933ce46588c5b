export { apiVersions, type ApiVersion } from './api-version.js';
export { uncounted, type Attempt } from './attempt.js';
export { Clock } from './clock.js';
export {
  Failure,
  failureKinds,
  isUnavailable,
  type FailureCode,
  type FailureOptions,
  type FailureOwner,
} from './failure.js';
export { GatheredQuestion } from './gathered-question.js';
export { SystemClock } from './internal/system-clock.js';
export { KernelModule } from './kernel.module.js';
export { randomBetween, randomToken } from './random.js';
export { HealthSource, type PartHealth } from './readiness.js';
export { Secret } from './secret.js';
export { hasUnseenCharacters, unseenCharacters, withoutUnseenCharacters } from './shown-text.js';
export { parseTenantId, type TenantId } from './tenant-id.js';
export { Turns } from './turns.js';
