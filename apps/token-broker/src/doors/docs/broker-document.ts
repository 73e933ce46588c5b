import { adminApiOperations } from '../admin-api/admin-api.operations.js';
import { connectOperations } from '../connect/connect.operations.js';
import { healthOperations } from '../health/health.operations.js';
import { internalApiOperations } from '../internal-api/internal-api.operations.js';
import { metricsOperations } from '../metrics/metrics.operations.js';
import { openApiDocument, type OpenApiDocument } from '../openapi/document.js';
import { docsOperations } from './docs.operations.js';

/** What all doors take and give: each says it in its own `*.operations.ts`. */
export function brokerDocument(): OpenApiDocument {
  return openApiDocument([
    ...internalApiOperations,
    ...adminApiOperations,
    ...connectOperations,
    healthOperations,
    metricsOperations,
    docsOperations,
  ]);
}
