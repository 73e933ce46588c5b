/** The characters of a tenant id; none has a special meaning in a pattern. */
const exactId = /^(?!\.{1,2}$)[A-Za-z0-9._:@-]{1,128}$/;
const prefix = /^[A-Za-z0-9._:@-]{0,127}\*$/;

/** Matches an exact tenant id, `prefix*`, or `*` for all. */
export function isTenantPattern(text: string): boolean {
  return exactId.test(text) || prefix.test(text);
}

/** The tenants that a key may access. Invalid patterns match no tenant. */
export class TenantPatterns {
  readonly #exact: ReadonlySet<string>;
  readonly #prefixes: readonly string[];

  constructor(patterns: readonly string[]) {
    this.#exact = new Set(patterns.filter((pattern) => exactId.test(pattern)));
    this.#prefixes = patterns
      .filter((pattern) => prefix.test(pattern))
      .map((pattern) => pattern.slice(0, -1));
  }

  cover(tenantId: string): boolean {
    return this.#prefixes.some((start) => tenantId.startsWith(start)) || this.#exact.has(tenantId);
  }
}
