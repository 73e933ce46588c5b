import { adminApiOperations } from '../admin-api/admin-api.operations.js';
import { connectOperations } from '../connect/connect.operations.js';
import { healthOperations } from '../health/health.operations.js';
import { internalApiOperations } from '../internal-api/internal-api.operations.js';
import { metricsOperations } from '../metrics/metrics.operations.js';
import { openApiDocument, type OpenApiDocument } from '../openapi/document.js';
import { docsOperations } from './docs.operations.js';
import { webhookMessages } from './webhook-messages.js';

/** What all doors take and give, which each says in its own `*.operations.ts`, and what webhooks tell. */
export function brokerDocument(): OpenApiDocument {
  const operations = [
    ...internalApiOperations,
    ...adminApiOperations,
    ...connectOperations,
    healthOperations,
    metricsOperations,
    docsOperations,
  ];
  return openApiDocument(operations, webhookMessages);
}
