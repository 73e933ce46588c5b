/** What a key may do. `admin` includes everything. */
export const scopes = ['tokens:read', 'connections:write', 'connections:read', 'admin'] as const;

export type Scope = (typeof scopes)[number];

export function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}
