/** Filled from configuration by the application's module. */
export abstract class SpoolOptions {
  /** Survives a restart: the spool lies in it. Replicas may share it. */
  abstract readonly dataFolder: string;
}
