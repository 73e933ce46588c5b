import { testSiteSealer } from '#crypto/testing';
import { SiteGuard } from '../../site-guard.js';

/** The real guard with test keys. @param trustsApiUrl which API URLs may be used without proof; left out: none */
export function testSites(trustsApiUrl: (apiUrl: string) => boolean = () => false): SiteGuard {
  return new SiteGuard(testSiteSealer(), { trustsApiUrl });
}
