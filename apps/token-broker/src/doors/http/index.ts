export { CallerOf } from './caller-of.js';
export { describeError } from './describe-error.js';
export { createFastifyAdapter } from './fastify-adapter.js';
export { HttpPlatform, type OpenPorts } from './http-platform.js';
export { hasRepeatedFields } from './repeated-headers.js';
export { RequireScope } from './require-scope.js';
export { HttpOptions } from './options.js';
export {
  ConnectionIdParam,
  DeliveryIdParam,
  KeyHolderParam,
  KeyIdParam,
  SecretNumberParam,
  TenantIdParam,
  WebhookIdParam,
  WebhookSecretNumberParam,
} from './path-ids.js';
export { IsPlainText } from './plain-text.js';
export { putInFront, type WriteAnswer } from './short-cut.js';
export { securityHeaders } from './security-headers.js';
export { ToNumber } from './to-number.js';
export { requestValidation } from './validation.js';
