import { setTimeout as wait } from 'node:timers/promises';
import { callBroker } from './caller.js';
import { DatabaseLook } from './database-look.js';
import type { Scene } from './scene.js';
import { times } from './settings.js';
import type { Slot } from './slot.js';

const askers = 12;
const mostAsks = 4;

/** Nothing is broken any more: the brokers get the time to come to rest, and are asked about every connection once. */
export async function calmDown(scene: Scene): Promise<void> {
  const { deskera, links, postgres, replicas } = scene;
  await deskera.clearFaults();
  await deskera.settings({ latencyMilliseconds: 0 });
  for (const link of links) link.mend();
  if (!postgres.isRunning) await postgres.restart();
  for (const replica of replicas) replica.resume();
  await Promise.all(replicas.map((replica) => replica.ready(60_000)));
  const look = new DatabaseLook(scene.databaseUrl);
  await settle(look, (times.leaseSeconds + times.longestCallSeconds + times.takeoverSeconds) * 1_000);
  await look.endPauses();
  await settle(look, 10_000);
  await askAboutEach(scene);
  await judgeStuck(scene, look);
}

/** Waits until no attempt is open and none has to wait, or the time is over. */
async function settle(look: DatabaseLook, milliseconds: number): Promise<void> {
  const late = performance.now() + milliseconds;
  while (performance.now() < late) {
    const restless = (await look.connections()).some(({ attemptOpen, waits }) => attemptOpen && !waits);
    if (!restless) return;
    await wait(500);
  }
}

/** Deskera's word on every token: whoever is lost, is told now. */
async function askAboutEach({ slots, replicas, random, adminKey }: Scene): Promise<void> {
  const waiting = [...slots];
  const asker = async (): Promise<void> => {
    for (let slot: Slot | undefined = waiting.pop(); slot !== undefined; slot = waiting.pop()) {
      const path = `/v1/tenants/${slot.tenantId}/deskera-token?minTtlSeconds=1&maxVerifiedAgeSeconds=0`;
      for (let asks = 0; asks < mostAsks; asks += 1) {
        const answer = await callBroker(random.pick(replicas).url, path, { key: adminKey });
        const degraded = answer?.status === 200 && answer.json['degraded'] !== null;
        if (answer !== null && answer.status !== 503 && !degraded) break;
        await wait(500);
      }
    }
  };
  await Promise.all(Array.from({ length: askers }, asker));
}

/** A lease that the same owner still holds after the longest call, or an attempt that nobody comes back to. */
async function judgeStuck({ findings }: Scene, look: DatabaseLook): Promise<void> {
  const before = new Map((await look.connections()).map((row) => [row.connectionId, row]));
  await wait((times.longestCallSeconds + times.leaseSeconds) * 1_000);
  for (const row of await look.connections()) {
    const first = before.get(row.connectionId);
    const sameLease = row.leased && first?.leased === true && first.leaseId === row.leaseId;
    const leftOpen = row.attemptOpen && first?.attemptOpen === true && !row.waits;
    if (sameLease) findings.found('stuck', `${row.tenantId}: lease ${String(row.leaseId)} is held for ever`);
    if (leftOpen)
      findings.found('stuck', `${row.tenantId}: an attempt stays open, and nothing waits for a pause to end`);
  }
}
