/** True where the caller names JSON, and HTML not before it. A bare wildcard names nothing. */
export function asksForJson(accept: string | undefined): boolean {
  const json = Math.max(quality(accept, 'application/json'), quality(accept, 'application/problem+json'));
  return json > 0 && json >= quality(accept, 'text/html');
}

/** True where the caller names HTML, as browsers do when a person navigates. */
export function asksForHtml(accept: string | undefined): boolean {
  return quality(accept, 'text/html') > 0 && !asksForJson(accept);
}

/** A media type's own quality value (RFC 9110, section 12.5.1); 0 where it is not named. */
function quality(accept: string | undefined, type: string): number {
  for (const range of (accept ?? '').split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (name !== type) continue;
    const given = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return given === undefined ? 1 : Number(given) || 0;
  }
  return 0;
}
