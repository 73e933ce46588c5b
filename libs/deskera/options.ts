import type { ApiVersion, Secret } from '#kernel';

export interface ClientCredentials {
  readonly clientId: string;
  /** Two while a secret is replaced: if Deskera refuses one, the next is tried. */
  readonly clientSecrets: readonly Secret[];
}

/** Filled from configuration by the application's module. */
export abstract class DeskeraOptions {
  abstract readonly credentials: Readonly<Record<ApiVersion, ClientCredentials>>;
  abstract readonly authUrls: Readonly<Record<ApiVersion, string>>;
  abstract readonly timeoutSeconds: number;
  abstract readonly maxConcurrency: number;
  abstract readonly refreshIdentity: 'off' | 'tenant' | 'full';
  abstract readonly tokenParams: 'body' | 'query';
}
