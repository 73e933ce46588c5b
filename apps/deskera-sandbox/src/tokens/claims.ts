import type { Grant, IssuedToken } from '../state/grant.js';
import type { Org } from '../state/orgs.js';

export type TokenUse = 'access' | 'refresh';

/** What the sandbox reads from a token that comes back. */
export interface PresentedToken {
  readonly use: TokenUse;
  readonly grantId: string;
  readonly number: number;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number | null;
}

/** The claims seen in Deskera's own tokens; `website` is the org's name, and `client_id` is not the partner's. */
export function claimsFor(
  org: Org,
  grant: Grant,
  token: IssuedToken,
  use: TokenUse,
  firebaseToken: string,
): object {
  const person = org.name.split(' ', 1)[0] ?? org.name;
  const jti = (number: number) => `${grant.id}.${String(number)}`;
  return {
    iamUserId: org.userId + 672,
    website: org.name,
    isOrgSet: true,
    user_name: `${String(org.userId)}:${org.id}`,
    iss: 'Deskera',
    given_name: person,
    userId: org.userId,
    client_id: 'app-client',
    complianceEnabled: true,
    firebaseToken,
    tenantId: Number(org.id),
    name: `${person} Owner`,
    phone_number: '+6560000000',
    currency: org.currency,
    email: org.email,
    ...(token.expiresAtSeconds === null ? {} : { exp: token.expiresAtSeconds }),
    iat: token.issuedAtSeconds,
    jti: jti(token.number),
    ...(use === 'refresh' ? { ati: jti(token.number - 1) } : {}),
  };
}

/** Null where the claims are not those of a token of ours: only a signed one is ever asked about. */
export function presentedToken(claims: Readonly<Record<string, unknown>>): PresentedToken | null {
  const { jti, iat, exp, ati } = claims;
  if (typeof jti !== 'string' || typeof iat !== 'number') return null;
  const [grantId = '', number] = jti.split('.');
  return {
    use: ati === undefined ? 'access' : 'refresh',
    grantId,
    number: Number(number),
    issuedAtSeconds: iat,
    expiresAtSeconds: typeof exp === 'number' ? exp : null,
  };
}

/** The token for Firebase that Deskera's tokens carry: nobody reads it, but it makes up much of their 2 KB. */
export function firebaseClaims(): object {
  const account = 'firebase-adminsdk@deskera-sandbox.iam.gserviceaccount.example';
  return {
    aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
    iss: account,
    sub: account,
    uid: '00000000-0000-4000-8000-000000000000',
    claims: { userId: '0', tenantId: '0' },
  };
}
