import { createHash } from 'node:crypto';
import type { DeskeraToken } from '../shapes.js';

/** What a broker answers for this token. */
export function sampleToken(deskeraToken: string, members: Partial<DeskeraToken> = {}): DeskeraToken {
  return {
    tenantId: 'acme',
    connectionId: '0e3f2f6e-0000-4000-8000-000000000001',
    org: { id: '11242', name: 'Singapore Org' },
    deskeraToken,
    fingerprint: createHash('sha256').update(deskeraToken).digest('hex').slice(0, 16),
    expiresAt: null,
    verifiedAt: '2026-11-23T11:00:00.000Z',
    apiUrl: 'https://bifrost.deskera.com',
    apiVersion: 'v1',
    degraded: null,
    attention: null,
    ...members,
  };
}
