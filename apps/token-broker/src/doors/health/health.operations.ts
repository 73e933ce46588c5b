import { json } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import { listOf, named, objectOf, type Schema } from '../openapi/schemas.js';
import { partHealth } from '../shapes/part-health-schema.js';
import type { ReadyAnswer } from './health.controller.js';

const only = (word: string): Schema => ({ type: 'string', const: word });

const example: ReadyAnswer = {
  status: 'ready',
  parts: [
    {
      part: 'database',
      status: 'ok',
      facts: { schemaAccepted: true, readOnly: false, cause: null, setting: null },
    },
  ],
};

export const healthOperations: Operations = {
  'GET /health/live': {
    id: 'getLiveness',
    tag: 'Operations',
    summary: 'The process runs and answers',
    needs: null,
    answers: {
      200: {
        description: 'Restarting it would mend nothing.',
        content: json(named('Alive', objectOf<{ status: 'alive' }>({ status: only('alive') })), {
          status: 'alive',
        }),
      },
    },
    failures: [],
  },
  'GET /health/ready': {
    id: 'getReadiness',
    tag: 'Operations',
    summary: 'Started, schema accepted, not stopping',
    description: 'The parts are for alarms: a replica whose database or Deskera is away still answers.',
    needs: null,
    answers: {
      200: {
        description: 'It takes requests.',
        content: json(
          named('Ready', objectOf<ReadyAnswer>({ status: only('ready'), parts: listOf(partHealth) })),
          example,
        ),
      },
    },
    failures: ['broker_unavailable'],
  },
};
