import type { Operations } from '../openapi/operation.js';
import { adminConnectSessionOperations } from './connect-sessions.operations.js';
import { adminConnectionOperations } from './connections.operations.js';
import { grantImportOperations } from './grant-imports.operations.js';
import { handOutOperations } from './hand-outs.operations.js';
import { serviceKeySecretOperations } from './service-key-secrets.operations.js';
import { serviceKeyOperations } from './service-keys.operations.js';
import { summaryOperations } from './summary.operations.js';
import { webhookDeliveryOperations } from './webhook-deliveries.operations.js';
import { webhookSecretOperations } from './webhook-secrets.operations.js';
import { webhookOperations } from './webhooks.operations.js';

export const adminApiOperations: readonly Operations[] = [
  adminConnectionOperations,
  grantImportOperations,
  adminConnectSessionOperations,
  serviceKeyOperations,
  serviceKeySecretOperations,
  handOutOperations,
  webhookOperations,
  webhookSecretOperations,
  webhookDeliveryOperations,
  summaryOperations,
];
