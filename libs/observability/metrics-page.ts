export const connectionStatuses = [
  'awaiting_activation',
  'connected',
  'reconnect_required',
  'disconnected',
] as const;

/** Present values of this replica. A value that is null is unknown and is left out. */
export interface ReplicaReadings {
  /** Over all replicas. */
  readonly connections: Readonly<Record<(typeof connectionStatuses)[number], number>> | null;
  /** Over all replicas: due now, and due for more than a minute. */
  readonly connectionsDue: number | null;
  readonly connectionsOverdue: number | null;
  readonly upkeepLagSeconds: number | null;
  readonly databaseAvailable: boolean | null;
  readonly changeFeedProofAgeSeconds: number | null;
  readonly deskeraAvailable: boolean | null;
  readonly deskeraClientRefused: boolean | null;
  readonly deskeraFreeSlots: number | null;
  readonly spoolEntries: number | null;
  readonly spoolUnreadableEntries: number | null;
  readonly spoolDiskFault: boolean | null;
}

/** All metrics of this application in the format of Prometheus. */
export abstract class MetricsPage {
  abstract readonly contentType: string;
  abstract write(readings: ReplicaReadings): Promise<string>;
}
