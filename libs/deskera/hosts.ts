const domains: readonly string[] = ['deskera.com', 'deskera.xyz'];

/** Whether an API URL can only be Deskera's own: https, under one of the domains that Deskera runs its API in. */
export function isDeskeraApi(apiUrl: string): boolean {
  const url = URL.parse(apiUrl);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  return domains.some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`));
}
