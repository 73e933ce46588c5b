/** Filled from configuration by the application's module. */
export abstract class VaultOptions {
  /** Whether secrets may be sent to this API URL if no seal proves that the broker chose it. */
  abstract readonly trustsApiUrl: (apiUrl: string) => boolean;
}
