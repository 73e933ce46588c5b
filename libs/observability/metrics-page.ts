export const connectionStatuses = [
  'awaiting_activation',
  'connected',
  'reconnect_required',
  'disconnected',
] as const;

/** How this replica is at the moment it is asked. Null: not known, and then nothing is told of it. */
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

/** Everything that is counted and measured in this application, as Prometheus reads it. */
export abstract class MetricsPage {
  abstract readonly contentType: string;
  abstract write(readings: ReplicaReadings): Promise<string>;
}
