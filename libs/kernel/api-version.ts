/** Which of Deskera's two OAuth flavours a connection speaks. */
export type ApiVersion = 'v1' | 'v2';

export const apiVersions: readonly ApiVersion[] = ['v1', 'v2'];
