import type { ApiVersion } from '#kernel';

/** Filled from configuration by the application's module. */
export abstract class OauthOptions {
  /** How browsers and Deskera reach the broker; no trailing slash. */
  abstract readonly publicUrl: string;
  /** Origins that a `redirectUri` may name. */
  abstract readonly redirectOrigins: readonly string[];
  /** Origins of Deskera's auth pages, one of which may call the callback from a script. */
  abstract readonly authPageOrigins: readonly string[];
  /** Life of a connect link and everything begun through it. */
  abstract readonly sessionSeconds: number;
  abstract readonly defaultApiVersion: ApiVersion;
  /** API host for new connections. */
  abstract readonly apiUrl: string;
  /** Whether a code and the client secret may be sent to this API URL, which comes from a stored session. */
  abstract readonly trustsApiUrl: (apiUrl: string) => boolean;
  /** How long a caller waits for Deskera; a code exchange is read for up to three times as long. */
  abstract readonly timeoutSeconds: number;
}
