/** The place at Deskera that the secrets of one grant may be sent to, and the grant itself. */
export interface SiteContext {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly connectNumber: number;
  readonly apiUrl: string;
  readonly apiVersion: string;
}

/**
 * What a seal says of a site:
 * - `proven`: it was sealed here for exactly this grant and this site;
 * - `contradicted`: it was sealed here for this grant and another site;
 * - `unproven`: it says nothing of this grant. It may be missing, of an earlier connect, or unreadable.
 */
export type SiteVerdict = 'proven' | 'contradicted' | 'unproven';

/** Proves that the broker itself chose where a grant's secrets are sent. Holds no secret and hides nothing. */
export abstract class SiteSealer {
  /** The id of the key that seals now. */
  abstract readonly currentKeyId: string;
  abstract seal(site: SiteContext): string;
  abstract judge(sealed: string | null, site: SiteContext): SiteVerdict;
}
