import type { Scene } from './scene.js';
import { undyingReplica } from './settings.js';
import type { Wellbeing } from './replica.js';

/** A run is long enough to judge growth strictly from here on. */
const longRunSeconds = 300;
const strictGrowth = 1.1;
/** In a short one caches are still being filled. */
const looseGrowth = 1.5;
/** The early look is at a busy process, the last one at a process at rest: what grows beyond this is kept for ever. */
const mostPromiseGrowth = 1.5;
const fewPromises = 200;
/**
 * At rest: the pool's twelve and the session's, what twelve askers and ten services keep open, and about half as many
 * again for the people and for calls to Deskera. Runs end at about thirty.
 */
const mostSockets = 50;

/** How the replica that is never killed is, after a garbage collection. */
export async function lookAtHealth({ replicas }: Scene): Promise<Wellbeing | null> {
  return (await replicas[undyingReplica]?.wellbeing()) ?? null;
}

export function judgeGrowth(
  { findings }: Scene,
  seconds: number,
  early: Wellbeing | null,
  late: Wellbeing | null,
): void {
  if (early === null || late === null) {
    findings.found('growth', 'the replica that is never killed did not say how it is');
    return;
  }
  findings.noted('heap after a minute, MB', megabytes(early.heapBytes));
  findings.noted('heap at the end, MB', megabytes(late.heapBytes));
  findings.noted('resident after a minute, MB', megabytes(early.residentBytes));
  findings.noted('resident at the end, MB', megabytes(late.residentBytes));
  findings.noted('promises after a minute', String(early.promises));
  findings.noted('promises at the end', String(late.promises));
  findings.noted('sockets at the end', String(late.sockets));
  const most = seconds >= longRunSeconds ? strictGrowth : looseGrowth;
  if (late.heapBytes > early.heapBytes * most) {
    findings.found(
      'growth',
      `its heap grew from ${megabytes(early.heapBytes)} to ${megabytes(late.heapBytes)} MB`,
    );
  }
  if (late.promises > early.promises * mostPromiseGrowth + fewPromises) {
    findings.found('growth', `its promises grew from ${String(early.promises)} to ${String(late.promises)}`);
  }
  if (late.sockets > mostSockets)
    findings.found('growth', `${String(late.sockets)} sockets are open at the end`);
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
