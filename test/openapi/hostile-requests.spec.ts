import { env } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventually } from '#kernel/testing';
import { departures } from './answer-judge.js';
import { describedOperations, type DescribedOperation } from './described-api.js';
import { ExercisedBroker, parsed } from './exercised-broker.js';
import { requestsOf, type GeneratedRequest, type KnownValues } from './generated-requests.js';
import { Wire, type Received } from './wire.js';

/** `HOSTILE_SEED=7` looks elsewhere, `HOSTILE_RUNS=2000` for longer. */
const seed = Number(env['HOSTILE_SEED'] ?? 20_261_124);
const runs = Number(env['HOSTILE_RUNS'] ?? 100);
const fewestRuns = 10;
const mostMilliseconds = Number(env['HOSTILE_MILLISECONDS'] ?? 450);

const operations = await describedOperations();

let broker: ExercisedBroker;
let wire: Wire;
let known: KnownValues;
let sentRequests = 0;

beforeAll(async () => {
  broker = await ExercisedBroker.start();
  wire = new Wire(broker.platform.broker.url);
  const ids = [await broker.connect('acme', '400'), await broker.connect('acme', '401')];
  const told = await broker.connect('told', '402');
  const { state, sessionId, linkPath } = await broker.begin('acme', { activation: 'confirm' });
  const { keyId } = parsed(
    await broker.call('POST', '/admin/api/service-keys', {
      name: 'known',
      scopes: ['admin'],
      tenants: ['*'],
    }),
  );
  const webhook = await broker.listen();
  const deliveryIds = await deliveriesOf(webhook, told);
  known = {
    tenantId: ['acme'],
    connectionId: ids,
    sessionId: [sessionId],
    keyId: [String(keyId)],
    number: ['1', '2'],
    webhookId: [webhook.slice('/admin/api/webhooks/'.length)],
    deliveryId: deliveryIds,
    linkId: [linkPath.slice('/connect/'.length)],
    state: [state],
    org: ['400'],
  };
});

afterAll(async () => {
  process.stdout.write(`Hostile requests: ${String(sentRequests)} sent, seed ${String(seed)}\n`);
  wire.close();
  await broker.close();
});

/** Has the webhook told that the connection is no more. @returns the ids of its deliveries */
async function deliveriesOf(webhook: string, connectionId: string): Promise<readonly string[]> {
  await broker.call('DELETE', `/admin/api/connections/${connectionId}`);
  let ids: readonly string[] = [];
  await eventually(async () => {
    const { items } = parsed(await broker.call('GET', `${webhook}/deliveries`)) as {
      items: readonly { deliveryId: string }[];
    };
    ids = items.map(({ deliveryId }) => deliveryId);
    return ids.length > 0;
  });
  return ids;
}

/** What must never be, whatever was sent. */
function wrongs(
  operation: DescribedOperation,
  { sent, fits }: GeneratedRequest,
  received: Received,
): string[] {
  const { status } = received;
  const outside = status === 404 && received.body.includes('"not_found"');
  return [
    ...(status === 500 ? [`a 500: ${received.body}`] : []),
    ...(!outside && status !== 500 ? departures(operation, received) : []),
    ...(operation.path.startsWith('/connect') || operation.path.startsWith('/oauth') || fits || status >= 400
      ? []
      : [
          `${sent.method} ${sent.path} ${sent.body ?? ''} is not as described, and answered ${String(status)}`,
        ]),
  ];
}

const ends = (operation: DescribedOperation): number => (operation.method === 'DELETE' ? 1 : 0);

describe('whatever is sent to', () => {
  it.each([...operations].sort((one, other) => ends(one) - ends(other)))(
    '$operationId is answered as it is described',
    async (operation) => {
      const requests = requestsOf(operation, known, broker.authorization);
      const until = performance.now() + mostMilliseconds;
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(requests, async (request) => {
          // Some are sent however slow the machine is.
          if (sent >= fewestRuns && performance.now() > until) return;
          sent += 1;
          sentRequests += 1;
          expect(wrongs(operation, request, await wire.send(request.sent))).toEqual([]);
        }),
        { seed, numRuns: runs },
      );
    },
  );
});
