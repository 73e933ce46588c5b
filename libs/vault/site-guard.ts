import { Inject, Injectable } from '@nestjs/common';
import { SiteSealer, type SiteContext } from '#crypto';
import { VaultOptions } from './options.js';

/**
 * Decides whether a grant's secrets may be used for the API URL and version that its row names. The columns can be
 * written by anybody who can write the database, who must not be sent a refresh token or the client secret for it.
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
   * A site that another seal of this very grant contradicts is never allowed. One that nothing proves was stored by an
   * earlier release, or its seal was removed: it is allowed only where it can do no harm.
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
