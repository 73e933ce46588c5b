/**
 * The hashes of the last eight refresh tokens that a connection has held before, with the one it holds now added. They
 * outlive a disconnect and the erasing of the credentials: a pair that Deskera hands back later is known by them.
 * @param credential the alias of the row; a row that holds none adds none
 */
export function withSpent(credential: string): string {
  const spent = `${credential}.spent_refresh_token_sha256`;
  return `(${spent} || array_remove(ARRAY[${credential}.refresh_token_sha256], NULL))
          [greatest(cardinality(${spent}) - CASE WHEN ${credential}.refresh_token_sha256 IS NULL THEN 7 ELSE 6 END, 1):]`;
}
