import type { Operations } from '../openapi/operation.js';

export const metricsOperations: Operations = {
  'GET /metrics': {
    id: 'getMetrics',
    tag: 'Operations',
    summary: 'Metrics for Prometheus',
    description: 'No metric names a tenant, a connection or an org.',
    needs: null,
    answers: {
      200: {
        description: 'In Prometheus’ text format; what is not known at the moment is left out.',
        content: {
          'text/plain': {
            schema: { type: 'string' },
            example: 'broker_token_requests_total{result="ok"} 5\n',
          },
        },
      },
    },
    failures: [],
  },
};
