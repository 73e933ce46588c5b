import { eventually } from '#kernel/testing';
import type { BrokerClient } from './broker-client.js';

/**
 * Waits for a proof that began after now: it has shown the replica whatever was committed before. What is read from then
 * on stays in its memory; a poll that tells of an older change would make it forget once more.
 */
export async function hasHeard(replica: BrokerClient): Promise<void> {
  const from = performance.now();
  await eventually(async () => {
    const { json } = await replica.call('GET', '/health/ready');
    const parts = json['parts'] as { part: string; facts: { secondsSinceProof?: number | null } }[];
    const feed = parts.find(({ part }) => part === 'changeFeed');
    const age = feed?.facts.secondsSinceProof ?? Infinity;
    return performance.now() - age * 1_000 - 100 > from;
  });
}
