import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseLook } from './database-look.js';
import { askAboutEach } from './last-questions.js';
import type { Scene } from './scene.js';
import { times } from './settings.js';

const hourSeconds = 3_600;
/** The longest of `back-off.ts`: at most once an hour, and up to a fifth of an hour later. */
const longestBackOffSeconds = hourSeconds * 1.2;
/** A machine that does other things takes several times as long. */
const busyMachineFactor = 5;

/** Nothing is broken any more: the brokers get the time to come to rest, and are asked about every connection once. */
export async function calmDown(scene: Scene): Promise<void> {
  const { databases, deskera, links, replicas } = scene;
  await deskera.clearFaults();
  await deskera.settings({ latencyMilliseconds: 0 });
  for (const link of links) link.mend();
  if (!databases.isRunning) await databases.restart();
  for (const replica of replicas) replica.resume();
  await Promise.all(replicas.map((replica) => replica.ready()));
  const look = new DatabaseLook(scene.databases.url);
  await settle(look, times.leaseSeconds + times.longestCallSeconds + times.takeoverSeconds);
  await judgePauses(scene, look);
  await look.endPauses();
  await settle(look, 10);
  await askAboutEach(scene);
  await judgeStuck(scene, look);
}

/** Nobody here waits for the pauses to end, but they must end. */
async function judgePauses({ findings }: Scene, look: DatabaseLook): Promise<void> {
  for (const { tenantId, waitsSeconds } of await look.connections()) {
    if (waitsSeconds > hourSeconds) findings.observed('pauses of more than an hour');
    if (waitsSeconds > longestBackOffSeconds)
      findings.found('stuck', `${tenantId} waits for another ${waitsSeconds.toFixed(0)} s`);
  }
}

/** Waits until no attempt is open and none has to wait, or far more than the time it takes is over. */
async function settle(look: DatabaseLook, seconds: number): Promise<void> {
  const late = performance.now() + seconds * busyMachineFactor * 1_000;
  while (performance.now() < late) {
    const restless = (await look.connections()).some(({ attemptOpen, waits }) => attemptOpen && !waits);
    if (!restless) return;
    await wait(500);
  }
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
