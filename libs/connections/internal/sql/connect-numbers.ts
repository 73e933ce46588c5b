/** More than a failover ever lost. A number that is further ahead was not drawn here. */
const mostLost = 100_000;

/**
 * `FROM` and `WHERE` of a query that draws connect numbers until none below that of the parameter is drawn again: a failover
 * that lost commits sets the sequence back, and a later connect would get the number of an earlier one. The sequence only
 * goes forward, whoever draws at the same moment.
 */
export function drawingAbove(parameter: string): string {
  return `connect_number_sequence s, generate_series(1, ${parameter}::bigint - s.last_value)
      WHERE s.last_value < ${parameter}::bigint AND ${parameter}::bigint - s.last_value <= ${String(mostLost)}`;
}
