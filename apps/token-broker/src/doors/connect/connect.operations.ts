import type { Operations } from '../openapi/operation.js';
import { callbackOperations } from './callback.operations.js';
import { landingOperations } from './landing.operations.js';
import { linkOperations } from './link.operations.js';

export const connectOperations: readonly Operations[] = [
  linkOperations,
  callbackOperations,
  landingOperations,
];
