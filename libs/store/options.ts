import type { Secret } from '#kernel';

/** Filled from configuration by the application's module. */
export abstract class StoreOptions {
  abstract readonly databaseUrl: Secret;
  /** Where `databaseUrl` is a transaction pooler: for session locks and LISTEN. Otherwise the same. */
  abstract readonly directUrl: Secret;
  /** Where the two come from files: what those hold now. It throws where they cannot be used, in words without a value. */
  readonly currentUrls?: () => { readonly databaseUrl: Secret; readonly directUrl: Secret };
  /** All connections of this replica together; one of them is the session that holds its lock and listens. */
  abstract readonly poolSize: number;
  /** Survives a restart: the spool lies in it. Replicas may share it. */
  abstract readonly dataFolder: string;
  /** Whether secrets may be sent to this API URL although no seal proves that the broker chose it. */
  abstract readonly trustsApiUrl: (apiUrl: string) => boolean;
}
