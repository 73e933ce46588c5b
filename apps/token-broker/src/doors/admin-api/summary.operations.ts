import { json } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import { named, objectOf, wholeNumber } from '../openapi/schemas.js';
import { health } from '../shapes/part-health-schema.js';
import type { SummaryAnswer } from './summary.controller.js';

const summary = named(
  'Summary',
  objectOf<SummaryAnswer>({
    byStatus: objectOf<SummaryAnswer['byStatus']>({
      awaiting_activation: wholeNumber('Stored, and not served yet.'),
      connected: wholeNumber('Served.'),
      reconnect_required: wholeNumber('To be connected again.'),
      disconnected: wholeNumber('Erased.'),
    }),
    due: wholeNumber('Due for the upkeep now.'),
    overdue: wholeNumber('Due for more than a minute.'),
    deskera: { oneOf: [health, { type: 'null' }] },
  }),
);

const example: SummaryAnswer = {
  byStatus: { awaiting_activation: 0, connected: 3, reconnect_required: 1, disconnected: 2 },
  due: 1,
  overdue: 0,
  deskera: { status: 'ok', facts: { openHosts: 0 } },
};

export const summaryOperations: Operations = {
  'GET /admin/api/summary': {
    id: 'getSummary',
    tag: 'Admin',
    summary: 'Counts by status, what is due, and how Deskera is',
    needs: 'admin',
    answers: {
      200: { description: 'As seen from this replica.', content: json(summary, example) },
    },
    failures: [],
  },
};
