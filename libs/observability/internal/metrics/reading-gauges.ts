import { Gauge, type Registry } from 'prom-client';
import type { ReplicaReadings } from '../../metrics-page.js';

/** A reading that is one number, or yes (1) or no (0). */
export type PlainReading = Exclude<keyof ReplicaReadings, 'connections'>;

const gauges: Readonly<Record<PlainReading, readonly [name: string, help: string]>> = {
  connectionsDue: ['broker_connections_due', 'Connections that are due for upkeep, over all replicas.'],
  connectionsOverdue: [
    'broker_connections_overdue',
    'Connections that have been due for upkeep for more than a minute, over all replicas.',
  ],
  upkeepLagSeconds: [
    'broker_upkeep_lag_seconds',
    'How long the connection had been due that was due longest, when this replica last swept; it grows while sweeps fail.',
  ],
  databaseAvailable: [
    'broker_database_available',
    'Whether the database was reached within the last seconds.',
  ],
  changeFeedProofAgeSeconds: [
    'broker_change_feed_proof_age_seconds',
    'How long ago this replica last knew of every change; above 0.7 it answers no request from memory.',
  ],
  deskeraAvailable: ['broker_deskera_available', 'Whether Deskera answers; 0: its breaker is open.'],
  deskeraClientRefused: [
    'broker_deskera_client_refused',
    'Whether Deskera refuses our client with every secret it has.',
  ],
  deskeraFreeSlots: ['broker_deskera_free_slots', 'Calls to Deskera that callers could still start now.'],
  spoolEntries: ['broker_spool_entries', 'Grants that wait on disk for the database to take them.'],
  spoolUnreadableEntries: [
    'broker_spool_unreadable_entries',
    'Grants on disk that can not be read: an operator has to look at them.',
  ],
  spoolDiskFault: ['broker_spool_disk_fault', 'Whether the folder for grants on disk can not be written.'],
};

/** One gauge for each plain reading. */
export function readingGauges(registry: Registry): ReadonlyMap<PlainReading, Gauge> {
  const readings = Object.keys(gauges) as PlainReading[];
  return new Map(
    readings.map((reading) => {
      const [name, help] = gauges[reading];
      return [reading, new Gauge({ name, help, registers: [registry] })];
    }),
  );
}
