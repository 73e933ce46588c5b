const domains: readonly string[] = ['deskera.com', 'deskera.xyz'];

/** Whether an API URL belongs to Deskera: https, under one of the domains of its API. */
export function isDeskeraApi(apiUrl: string): boolean {
  const url = URL.parse(apiUrl);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  return domains.some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`));
}
