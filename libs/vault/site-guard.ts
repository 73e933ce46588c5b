import { Inject, Injectable } from '@nestjs/common';
import { SiteSealer, type SiteContext } from '#crypto';
import { VaultOptions } from './options.js';

/**
 * Decides whether a grant's secrets may be used for the API URL and version of its row. Whoever can write the
 * database can write these columns, and must not receive a refresh token or the client secret for that.
 */
@Injectable()
export class SiteGuard {
  constructor(
    private readonly sealer: SiteSealer,
    @Inject(VaultOptions) private readonly options: VaultOptions,
  ) {}

  seal(site: SiteContext): string {
    return this.sealer.seal(site);
  }

  /**
   * A site that contradicts the grant's seal is never allowed. A site without a seal was stored by an earlier
   * release, or its seal was removed: it is allowed only where it can do no harm.
   */
  allows(site: SiteContext, siteSeal: string | null): boolean {
    switch (this.sealer.judge(siteSeal, site)) {
      case 'proven':
        return true;
      case 'contradicted':
        return false;
      case 'unproven':
        return this.options.trustsApiUrl(site.apiUrl);
    }
  }
}
