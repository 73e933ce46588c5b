import { tokenRequests } from '../load/token-requests.js';
import type { Stage } from '../stage/stage.js';
import { sealTokens, storeRows, storeServiceKey, withClient } from '../stage/stored-tokens.js';

export interface TokenDatabase {
  readonly databaseUrl: string;
  readonly authorization: string;
  /** One for each token that can be read. */
  readonly requests: readonly Buffer[];
}

/** A database with so many connections, of which so many, spread over all, have a token that opens. */
export async function storeTokens(
  stage: Stage,
  name: string,
  connections: number,
  readable: number,
): Promise<TokenDatabase> {
  const databaseUrl = await stage.database(name);
  const indexes = Array.from({ length: readable }, (_, index) =>
    Math.floor((index * connections) / readable),
  );
  const authorization = await withClient(databaseUrl, async (client) => {
    await storeRows(client, connections);
    await sealTokens(client, indexes);
    // As a table is that has been in use for a while: nothing of its loading is left to be cleared up while it is read.
    await client.query('VACUUM ANALYZE credential');
    await client.query('CHECKPOINT');
    return storeServiceKey(client);
  });
  return { databaseUrl, authorization, requests: tokenRequests(indexes, authorization) };
}
