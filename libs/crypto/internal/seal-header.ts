import { decodeProtectedHeader, type JWEHeaderParameters } from 'jose';
import type { SealContext } from '../credential-sealer.js';
import { SealBroken } from '../seal-broken.js';

export const keyManagement = 'A256KW';
export const contentEncryption = 'A256GCM';

/** RFC 7516 section 4: registered members first, then ours, which nobody else reads. */
export interface SealHeader extends JWEHeaderParameters {
  readonly alg: typeof keyManagement;
  readonly enc: typeof contentEncryption;
  readonly kid: string;
  readonly tenant: string;
  readonly connection: string;
  readonly connectNumber: number;
  readonly attempt: number;
  readonly purpose: string;
}

/** As `ENCRYPTION_KEYS` takes them; what comes from a row may be anything. */
const keyIdShape = /^[A-Za-z0-9_-]{1,32}$/;

const memberTypes: Readonly<Record<keyof SealHeader, 'string' | 'number'>> = {
  alg: 'string',
  enc: 'string',
  kid: 'string',
  tenant: 'string',
  connection: 'string',
  connectNumber: 'number',
  attempt: 'number',
  purpose: 'string',
};

/** @throws RangeError where a number is not a whole one: it would be sealed for a place that is never asked for */
export function headerFor(keyId: string, context: SealContext): SealHeader {
  for (const number of [context.connectNumber, context.attempt]) {
    if (!Number.isSafeInteger(number)) throw new RangeError('A seal is numbered by whole numbers');
  }
  return {
    alg: keyManagement,
    enc: contentEncryption,
    kid: keyId,
    tenant: context.tenantId,
    connection: context.connectionId,
    connectNumber: context.connectNumber,
    attempt: context.attempt,
    purpose: context.purpose,
  };
}

/**
 * What the text says of itself; proven only once it has been decrypted. Exactly our members are let through, so that
 * none that changes the processing (`zip`, `crit`, `p2c`, `jwk` …) ever reaches the decryption.
 * @throws SealBroken `malformed` or `algorithm_refused`
 */
export function readHeader(sealed: string): SealHeader {
  const header = parsed(sealed);
  if (header['alg'] !== keyManagement || header['enc'] !== contentEncryption) {
    throw new SealBroken('algorithm_refused');
  }
  if (!isSealHeader(header)) throw new SealBroken('malformed', 'header');
  return header;
}

/** @throws SealBroken `other_context`, naming the first member that differs */
export function requireSameContext(header: SealHeader, context: SealContext): void {
  const expected = headerFor(header.kid, context);
  for (const member of ['tenant', 'connection', 'connectNumber', 'attempt', 'purpose'] as const) {
    if (header[member] !== expected[member]) throw new SealBroken('other_context', member);
  }
}

/** What the header says, whatever else is wrong with the text; null where it can't be read. */
export function claimedKeyId(sealed: string): string | null {
  try {
    const { kid } = decodeProtectedHeader({ protected: sealed.split('.', 1)[0] ?? '' });
    return typeof kid === 'string' && keyIdShape.test(kid) ? kid : null;
  } catch {
    return null;
  }
}

function parsed(sealed: string): Readonly<Record<string, unknown>> {
  if (sealed.split('.').length !== 5) throw new SealBroken('malformed', 'not five parts');
  try {
    return decodeProtectedHeader(sealed);
  } catch {
    throw new SealBroken('malformed', 'header');
  }
}

function isSealHeader(
  header: Readonly<Record<string, unknown>>,
): header is Readonly<Record<string, unknown>> & SealHeader {
  const expected = Object.entries(memberTypes);
  return (
    Object.keys(header).length === expected.length &&
    expected.every(([member, type]) => typeof header[member] === type)
  );
}
