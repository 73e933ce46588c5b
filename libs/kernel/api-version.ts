/** Deskera's OAuth flavor of a connection. */
export type ApiVersion = 'v1' | 'v2';

export const apiVersions: readonly ApiVersion[] = ['v1', 'v2'];
