/** What every server here runs with; the rest is PostgreSQL's own default. */
const common = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
};

/**
 * Nothing waits for a disk. A crash of the machine loses the data; one of the server alone loses no commit, because
 * `synchronous_commit` stays on: what was committed is in the system's hands.
 */
const fast = {
  fsync: 'off',
  full_page_writes: 'off',
};

export function serverSettings(durable: boolean): Readonly<Record<string, string>> {
  return durable ? common : { ...common, ...fast };
}
