import { testSiteSealer } from '#crypto/testing';
import { SiteGuard } from '#vault';

/** The real guard with test keys. @param trustsApiUrl which API URLs may be used without proof; left out: none */
export function testSites(trustsApiUrl: (apiUrl: string) => boolean = () => false): SiteGuard {
  return new SiteGuard(testSiteSealer(), { trustsApiUrl });
}
