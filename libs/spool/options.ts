/** Filled from configuration by the application's module. */
export abstract class SpoolOptions {
  /** Folder that survives a restart and holds the spool. Replicas may share it. */
  abstract readonly dataFolder: string;
}
