import type { ApiVersion } from '#kernel';

/** Filled from configuration by the application's module. */
export abstract class OauthOptions {
  /** How browsers and Deskera reach the broker; no trailing slash. */
  abstract readonly publicUrl: string;
  /** Allowed origins of a `redirectUri`. */
  abstract readonly redirectOrigins: readonly string[];
  /** Origins of Deskera's authorization pages, whose scripts may call the callback. */
  abstract readonly authPageOrigins: readonly string[];
  /** Life of a connect link and of its openings. */
  abstract readonly sessionSeconds: number;
  abstract readonly defaultApiVersion: ApiVersion;
  /** API host for new connections. */
  abstract readonly apiUrl: string;
  /** Whether a code and the client secret may be sent to this API URL of a stored session. */
  abstract readonly trustsApiUrl: (apiUrl: string) => boolean;
  /** Time that a caller waits for Deskera; a code exchange is read for up to three times as long. */
  abstract readonly timeoutSeconds: number;
}
