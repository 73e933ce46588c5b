import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { connectionId } from '../../apps/token-broker/src/doors/testing/fake-tokens.js';
import { webhookId } from '../../apps/token-broker/src/doors/testing/fake-webhooks.js';
import { InnerDoors } from '../../apps/token-broker/src/doors/testing/inner-doors.js';
import { describedOperations } from './described-api.js';
import { requestsOf, type KnownValues } from './generated-requests.js';
import { Wire } from './wire.js';

/** Those that read a query or a body by rules of their own. */
const judging = (await describedOperations()).filter(
  ({ security, parameters, requestBody }) =>
    security.length > 0 && (requestBody !== undefined || parameters.some((each) => each.in === 'query')),
);

const known: KnownValues = {
  tenantId: ['acme'],
  connectionId: [connectionId],
  sessionId: ['known'],
  webhookId: [webhookId],
};

let inner: InnerDoors;
let wire: Wire;

beforeAll(async () => {
  inner = await InnerDoors.open();
  wire = new Wire(`http://127.0.0.1:${String(inner.doors.port)}`);
});

afterAll(async () => {
  wire.close();
  await inner.close();
});

/**
 * The other half of what `hostile-requests.spec.ts` shows: there, what the document forbids is refused; here, what it
 * allows is let in. Rooms that say yes to everything stand behind the doors, so that only the doors' rules are asked.
 */
describe('what the document allows', () => {
  it.each(judging)('is let in by $operationId', async (operation) => {
    const requests = requestsOf(operation, known, { authorization: inner.admin }).filter(({ fits }) => fits);
    await fc.assert(
      fc.asyncProperty(requests, async ({ sent }) => {
        const { status, body } = await wire.send(sent);
        if (status >= 400 && status !== 404) throw new Error(`${String(status)} ${body}`);
      }),
      { seed: 20_261_124, numRuns: 150 },
    );
  });
});
