import { createHash } from 'node:crypto';
import { isRefreshTokenText, isTokenText, type GrantOutcome, type KeptPairHints } from '#deskera';
import { Failure, type Secret } from '#kernel';
import type { GrantImport } from '../../grant-imports.js';

/** Deskera's tokens have about 2 KB. */
const longestToken = 16_384;

/** @throws Failure `invalid_request` if a token does not have the form of Deskera's tokens */
export function requireTokenTexts({
  token,
  refreshToken,
}: Pick<GrantImport, 'token' | 'refreshToken'>): void {
  requireText('deskeraRefreshToken', refreshToken, isRefreshTokenText);
  if (token !== null) requireText('deskeraToken', token, isTokenText);
}

function requireText(field: string, token: Secret, isFit: (text: string) => boolean): void {
  const text = token.reveal();
  if (text.length > longestToken || !isFit(text)) throw invalid(field, "is no token of Deskera's");
}

/**
 * Compares the orgs before anything is sent: a grant of another org that is noticed only after its refresh token was
 * used would be lost.
 * @throws Failure `org_mismatch`, `invalid_request`
 */
export function requireOrgOf(hints: KeptPairHints, requiredOrgId: string | null): void {
  if (hints.orgsDiffer) throw invalid('deskeraToken', 'is of another org than deskeraRefreshToken');
  if (requiredOrgId === null) return;
  if (hints.orgId === null) throw invalid('org', 'can not be compared: the tokens do not name theirs');
  if (hints.orgId !== requiredOrgId) throw orgMismatch();
}

export function orgMismatch(): Failure {
  return new Failure('org_mismatch', 'The grant is of another Deskera org than the one that was named.');
}

function invalid(field: string, problem: string): Failure {
  return new Failure('invalid_request', 'Some of what was sent is not valid: see errors.', {
    extensions: { errors: [{ field, problem }] },
  });
}

export function deskeraUnavailable(internal: string, retryAfterSeconds: number | null = null): Failure {
  return new Failure('deskera_unavailable', 'Deskera cannot be asked at the moment.', {
    internal,
    retryAfterSeconds: retryAfterSeconds ?? 5,
  });
}

export function grantRefused(internal: string): Failure {
  return new Failure('grant_refused', 'Deskera refuses this grant: the org has to be connected anew.', {
    internal,
  });
}

/**
 * The failure for a refresh that returned no first token. A refresh token that it may have used up is not known to be
 * dead.
 */
export function refusalOf(outcome: Exclude<GrantOutcome, { kind: 'granted' }>): Failure {
  switch (outcome.kind) {
    case 'refused':
      return grantRefused(`refresh: ${outcome.summary}`);
    case 'declined':
      return deskeraUnavailable(`refresh: ${outcome.summary}`);
    case 'our_fault':
      if (outcome.reason === 'bad_request') return deskeraUnavailable(outcome.summary);
      return new Failure(
        'deskera_client_refused',
        'Deskera refuses the client that this broker is registered as.',
        { internal: outcome.summary, retryAfterSeconds: 30 },
      );
    case 'passing':
      return deskeraUnavailable(outcome.summary, outcome.retryAfterSeconds);
  }
}

/**
 * The spool and the adoption identify a connect by session and `state`. An import has neither; these values match no
 * row.
 */
export function marksOf({ refreshToken }: Pick<GrantImport, 'refreshToken'>): {
  readonly stateSha256: Buffer;
  readonly sessionSha256: Buffer;
} {
  const mark = (purpose: string): Buffer =>
    createHash('sha256').update(`import ${purpose} `).update(refreshToken.sha256()).digest();
  return { stateSha256: mark('state'), sessionSha256: mark('session') };
}
