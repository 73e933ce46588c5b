import type { JournalEntry } from '#sandbox';
import type { Sending } from './repeats.js';

interface IssuedPair {
  readonly grantId: string;
  readonly orgId: string;
  readonly number: number;
  readonly at: number;
}

interface KnownGrant {
  readonly grantId: string;
  readonly orgId: string;
  readonly pairs: IssuedPair[];
  revokedAt: number | null;
}

interface OrgWord {
  readonly at: number;
  readonly throughNumber: number;
}

/** What happened at Deskera, put together from its journal. Times are milliseconds since 1970. */
export class DeskeraStory {
  readonly families: { readonly grantId: string; readonly orgId: string; readonly at: number }[] = [];
  readonly #tokens = new Map<string, IssuedPair>();
  readonly #refreshTokens = new Map<string, IssuedPair>();
  readonly #grants = new Map<string, KnownGrant>();
  readonly #grantsOfOrg = new Map<string, KnownGrant[]>();
  readonly #revokedOrgs = new Map<string, OrgWord[]>();
  readonly #expiredOrgs = new Map<string, OrgWord[]>();
  readonly #sendings = new Map<number, Sending>();

  /** @param endsOldTokens whether a refresh ends the tokens before it */
  constructor(private readonly endsOldTokens: boolean) {}

  add(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'issued':
        this.#issued(entry);
        return;
      case 'refresh_arrived': {
        const { callId, caller, grantId, orgId, number, at } = entry;
        this.#sendings.set(callId, { caller: caller ?? '', grantId, orgId, number, at, end: null });
        return;
      }
      case 'refresh_ended': {
        const sending = this.#sendings.get(entry.callId);
        if (sending !== undefined)
          sending.end = { at: entry.at, outcome: entry.outcome, answered: entry.answered };
        return;
      }
      case 'family_revoked': {
        const grant = this.#grants.get(entry.grantId);
        if (grant !== undefined) grant.revokedAt ??= entry.at;
        this.families.push({ grantId: entry.grantId, orgId: entry.orgId, at: entry.at });
        return;
      }
      case 'org_revoked':
        listed(this.#revokedOrgs, entry.orgId).push(entry);
        return;
      case 'org_expired':
        listed(this.#expiredOrgs, entry.orgId).push(entry);
    }
  }

  get sendings(): readonly Sending[] {
    return [...this.#sendings.values()];
  }

  token(fingerprint: string): IssuedPair | null {
    return this.#tokens.get(fingerprint) ?? null;
  }

  refreshToken(fingerprint: string): IssuedPair | null {
    return this.#refreshTokens.get(fingerprint) ?? null;
  }

  /** When the grant was first handed out. */
  grantedAt(grantId: string): number {
    return this.#grants.get(grantId)?.pairs[0]?.at ?? Infinity;
  }

  /** The newest grant that was handed out for an org within that time; null: none. */
  grantOf(orgId: string, from: number, to: number): string | null {
    const grants = this.#grantsOfOrg.get(orgId) ?? [];
    return (
      grants.findLast(({ grantId }) => this.grantedAt(grantId) >= from && this.grantedAt(grantId) <= to)
        ?.grantId ?? null
    );
  }

  /** Since when no token of the grant is good; null: it is alive. */
  grantDeadAt(grantId: string): number | null {
    return earliest(this.#grants.get(grantId)?.revokedAt ?? null, this.grantRevokedByOwnerAt(grantId));
  }

  /** Since when the org's owner wants it to be dead; null: nobody revoked it. */
  grantRevokedByOwnerAt(grantId: string): number | null {
    const first = this.#grants.get(grantId)?.pairs[0];
    return first === undefined ? null : this.#orgWordAt(this.#revokedOrgs, first.orgId, first.number);
  }

  /** Since when Deskera refuses the token, its own expiry aside; null: it does not. */
  tokenDeadAt({ grantId, orgId, number }: IssuedPair): number | null {
    const next = this.#grants.get(grantId)?.pairs.find((pair) => pair.number > number);
    return earliest(
      this.grantDeadAt(grantId),
      this.#orgWordAt(this.#expiredOrgs, orgId, number),
      this.endsOldTokens ? (next?.at ?? null) : null,
    );
  }

  /** When the newest pair of a grant was handed out; null: there is no such grant. */
  newestAt(grantId: string): number | null {
    return this.#grants.get(grantId)?.pairs.at(-1)?.at ?? null;
  }

  isNewest({ grantId, number }: IssuedPair): boolean {
    return this.#grants.get(grantId)?.pairs.at(-1)?.number === number;
  }

  #issued(entry: JournalEntry & { kind: 'issued' }): void {
    const { grantId, orgId, number, at, token, refreshToken } = entry;
    const pair = { grantId, orgId, number, at };
    this.#tokens.set(token, pair);
    this.#refreshTokens.set(refreshToken, pair);
    const known = this.#grants.get(grantId);
    if (known !== undefined) {
      known.pairs.push(pair);
      return;
    }
    const grant: KnownGrant = { grantId, orgId, pairs: [pair], revokedAt: null };
    this.#grants.set(grantId, grant);
    listed(this.#grantsOfOrg, orgId).push(grant);
  }

  #orgWordAt(words: ReadonlyMap<string, readonly OrgWord[]>, orgId: string, number: number): number | null {
    return words.get(orgId)?.find(({ throughNumber }) => throughNumber >= number)?.at ?? null;
  }
}

function listed<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function earliest(...times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
