/** One weak or strong entity tag (RFC 9110 section 8.8.3). */
const entityTag = /(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g;

/** Weak: the same token may come with other times around it. */
export function entityTagOf(fingerprint: string): string {
  return `W/"${fingerprint}"`;
}

/**
 * Whether the caller has the current one already: `*`, or a list that holds it by weak comparison (RFC 9110
 * section 13.1.2). What is no such list matches nothing.
 */
export function hasCurrent(ifNoneMatch: string | undefined, fingerprint: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(entityTag)].some(([, tag]) => tag === fingerprint);
}
