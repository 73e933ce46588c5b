import type { Operations } from '../openapi/operation.js';
import { adminConnectSessionOperations } from './connect-sessions.operations.js';
import { adminConnectionOperations } from './connections.operations.js';
import { serviceKeyOperations } from './service-keys.operations.js';
import { summaryOperations } from './summary.operations.js';

export const adminApiOperations: readonly Operations[] = [
  adminConnectionOperations,
  adminConnectSessionOperations,
  serviceKeyOperations,
  summaryOperations,
];
