import type { Operations } from '../openapi/operation.js';
import { connectSessionOperations } from './connect-sessions.operations.js';
import { connectionOperations } from './connections.operations.js';
import { deskeraTokenOperations } from './deskera-token.operations.js';

export const internalApiOperations: readonly Operations[] = [
  deskeraTokenOperations,
  connectSessionOperations,
  connectionOperations,
];
