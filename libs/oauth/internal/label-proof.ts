import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '#kernel';

/**
 * What the page with the label hands to the browser it is shown in. The browser id is a secret between the broker and
 * that browser, so nobody can make the proof for another browser, and a proof sent to another person proves nothing.
 */
export function labelProof(linkId: Secret, browserId: Secret): string {
  return createHmac('sha256', browserId.reveal()).update(`label ${linkId.reveal()}`).digest('base64url');
}

export function isLabelProof(proof: string, linkId: Secret, browserId: Secret): boolean {
  const [given, expected] = [Buffer.from(proof), Buffer.from(labelProof(linkId, browserId))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
