import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionReads } from '#connections';
import type { TestReplica } from '#tokens/testing';
import { tokensBench } from '../../testing/tokens-bench.js';
import { Checker } from './checker.js';

const bench = tokensBench();
let replica: TestReplica;

beforeEach(async () => {
  replica = await bench.open();
});

describe('a check', () => {
  it('gives its lease back where it fails in a way that nobody expected', async () => {
    const { connectionId } = await bench.connect(replica);
    await bench.admin.query(`UPDATE credential SET sealed_token = 'x' WHERE connection_id = $1`, [
      connectionId,
    ]);
    const reads = replica.get(ConnectionReads);
    const seen = await reads.find(connectionId);
    if (seen === null) throw new Error('the connection is missing');
    await expect(replica.get(Checker).check({ seen, held: null, onDemand: false })).rejects.toThrow();
    expect(await reads.find(connectionId)).toMatchObject({ leased: false });
  });
});
