import { Injectable } from '@nestjs/common';
import { ConnectSessionStore } from '#connections';
import { ConnectUpkeep } from '../connect-upkeep.js';

const keptSeconds = 7 * 86_400;
const batchSize = 1_000;
const mostBatches = 20;

/** Keeps expired sessions for a week, so that a service can still read their outcome. */
@Injectable()
export class ConnectRetention extends ConnectUpkeep {
  constructor(private readonly store: ConnectSessionStore) {
    super();
  }

  override async deleteExpired(): Promise<number> {
    let deleted = 0;
    for (let batch = 0; batch < mostBatches; batch += 1) {
      const inBatch = await this.store.deleteExpired(keptSeconds, batchSize);
      deleted += inBatch;
      if (inBatch < batchSize) break;
    }
    return deleted;
  }
}
