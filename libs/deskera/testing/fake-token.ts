import { randomBytes } from 'node:crypto';
import { Secret } from '#kernel';

/** Claims that Deskera's JWTs were seen to carry, and whatever else a test wants in. */
export interface FakeClaims {
  readonly tenantId?: unknown;
  readonly user_name?: unknown;
  readonly website?: unknown;
  readonly email?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
  readonly [claim: string]: unknown;
}

/** Something shaped as Deskera's JWTs are, with exactly these claims and a `jti` that makes each one another. */
export function fakeToken(claims: FakeClaims = {}): Secret {
  const header = base64url({ alg: 'RS256', typ: 'JWT' });
  const payload = base64url({ jti: randomBytes(12).toString('hex'), ...claims });
  return Secret.of(`${header}.${payload}.${randomBytes(32).toString('base64url')}`);
}

function base64url(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
