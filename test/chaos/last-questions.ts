import { setTimeout as wait } from 'node:timers/promises';
import { askBroker, type Answer, type Silence } from './caller.js';
import type { Scene } from './scene.js';
import type { Slot } from './slot.js';

const askers = 12;
/**
 * How long a broker may honestly put off what is mended: ten seconds after an outage of the database before it takes an
 * attempt over, then one sending without an answer and its pauses of five and ten seconds.
 */
const patienceMilliseconds = 30_000;
const pauseMilliseconds = 1_000;

type Outcome = Answer | Silence;

/** Deskera's word on every token: whoever is lost, is told now, and whoever is not, is served. */
export async function askAboutEach(scene: Scene): Promise<void> {
  const waiting = [...scene.slots];
  const unsettled: Slot[] = [];
  const asker = async (): Promise<void> => {
    for (let slot = waiting.pop(); slot !== undefined; slot = waiting.pop()) {
      if (!isSettled(await ask(scene, slot))) unsettled.push(slot);
    }
  };
  await Promise.all(Array.from({ length: askers }, asker));
  scene.findings.observed('connections that were not settled at once', unsettled.length);
  await Promise.all(unsettled.map((slot) => askUntilSettled(scene, slot)));
}

async function askUntilSettled(scene: Scene, slot: Slot): Promise<void> {
  const late = performance.now() + patienceMilliseconds;
  let outcome: Outcome;
  do {
    await wait(pauseMilliseconds);
    outcome = await ask(scene, slot);
  } while (!isSettled(outcome) && performance.now() < late);
  if (!isSettled(outcome))
    scene.findings.found('stuck', `${slot.tenantId} is not settled in the end: ${wordsOf(outcome)}`);
}

function ask({ replicas, random, adminKey }: Scene, { tenantId }: Slot): Promise<Outcome> {
  const path = `/v1/tenants/${tenantId}/deskera-token?minTtlSeconds=1&maxVerifiedAgeSeconds=0`;
  return askBroker(random.pick(replicas).url, path, { key: adminKey });
}

function isSettled(outcome: Outcome): boolean {
  if ('failure' in outcome) return false;
  const { status, json } = outcome;
  if (status === 200) return json['degraded'] === null;
  return (
    (status === 409 && json['code'] === 'reconnect_required') ||
    (status === 404 && json['code'] === 'not_connected')
  );
}

function wordsOf(outcome: Outcome): string {
  return 'failure' in outcome ? outcome.failure : `${String(outcome.status)} ${JSON.stringify(outcome.json)}`;
}
