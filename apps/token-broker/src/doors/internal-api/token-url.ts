import { parseTenantId } from '#kernel';
import type { TokenRequest } from '#tokens';
import { defaultMinTtlSeconds, longestSeconds } from './deskera-token-query.js';

/** A tenant id as it stands; one that is spelled with percent signs is read by the router. */
const tokenUrl = /^\/v1\/tenants\/(?!\.{1,2}\/)([A-Za-z0-9._:@-]{1,128})\/deskera-token(?:\?(.*))?$/;
/** The same characters decoded and not. */
const plainOrg = /^[A-Za-z0-9._-]{1,200}$/;
const plainNumber = /^\d{1,9}$/;

/**
 * What a URL in its plainest spelling asks for: each parameter at most once, no escapes. Null for any other, good ones
 * among them: `DeskeraTokenQuery` decides on these, and says what is wrong.
 */
export function readTokenUrl(url: string): TokenRequest | null {
  const [, tenantId, query] = tokenUrl.exec(url) ?? [];
  if (tenantId === undefined) return null;
  const asked = query === undefined ? {} : readQuery(query);
  if (asked === null) return null;
  const { org = null, minTtlSeconds = defaultMinTtlSeconds, maxVerifiedAgeSeconds = null } = asked;
  return { tenantId: parseTenantId(tenantId), orgId: org, minTtlSeconds, maxVerifiedAgeSeconds };
}

interface PlainQuery {
  org?: string;
  minTtlSeconds?: number;
  maxVerifiedAgeSeconds?: number;
}

function readQuery(query: string): PlainQuery | null {
  const asked: PlainQuery = {};
  for (const parameter of query.split('&')) {
    const equals = parameter.indexOf('=');
    const name = parameter.slice(0, equals);
    const value = parameter.slice(equals + 1);
    if (equals === -1 || Object.hasOwn(asked, name)) return null;
    if (name === 'org' && plainOrg.test(value)) asked.org = value;
    else if (isSeconds(name) && plainNumber.test(value) && Number(value) <= longestSeconds)
      asked[name] = Number(value);
    else return null;
  }
  return asked;
}

function isSeconds(name: string): name is 'minTtlSeconds' | 'maxVerifiedAgeSeconds' {
  return name === 'minTtlSeconds' || name === 'maxVerifiedAgeSeconds';
}
