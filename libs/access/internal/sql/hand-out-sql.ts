import { Injectable } from '@nestjs/common';
import { HandOutStore, type AfterHandOut, type HandOutBatch, type HandOutRecord } from '../hand-out-store.js';
import { Database, statement } from '#database/sql';

/**
 * One statement, so that the batch's number and its hand-outs commit together and a lost answer is harmless. A repeat
 * while the first statement is running waits for the writer's row and then finds its number used. All replicas lock
 * rows in the same order, so batches cannot deadlock.
 */
const add = statement(
  'hand_out_add',
  `WITH batch AS (
     INSERT INTO hand_out_writer AS w (writer_id, batch) VALUES ($1, $2)
     ON CONFLICT (writer_id) DO UPDATE SET batch = excluded.batch, at = now() WHERE w.batch < excluded.batch
     RETURNING writer_id
   )
   INSERT INTO hand_out AS h (actor, connection_id, hour, count, last_fingerprint, last_at)
   SELECT c.* FROM batch, unnest($3::text[], $4::uuid[], $5::timestamptz[], $6::bigint[], $7::text[], $8::timestamptz[])
                            AS c (actor, connection_id, hour, count, last_fingerprint, last_at)
    ORDER BY c.actor, c.hour, c.connection_id
   ON CONFLICT (actor, hour, connection_id) DO UPDATE
      SET count = h.count + excluded.count,
          last_fingerprint = CASE WHEN excluded.last_at >= h.last_at THEN excluded.last_fingerprint
                                  ELSE h.last_fingerprint END,
          last_at = greatest(h.last_at, excluded.last_at)`,
);

const columns = `h.actor, h.connection_id AS "connectionId", n.tenant_id AS "tenantId", h.hour,
  h.count::double precision AS count, h.last_fingerprint AS "lastFingerprint", h.last_at AS "lastAt"`;

/** Connections keep their rows forever, including the disconnected ones. */
const ofConnection = statement(
  'hand_out_of_connection',
  `SELECT ${columns} FROM hand_out h JOIN connection n ON n.connection_id = h.connection_id
    WHERE h.connection_id = $1
      AND ($2::timestamptz IS NULL OR (h.hour, h.actor) < ($2, $3))
    ORDER BY h.hour DESC, h.actor DESC LIMIT $4`,
);

const ofActor = statement(
  'hand_out_of_actor',
  `SELECT ${columns} FROM hand_out h JOIN connection n ON n.connection_id = h.connection_id
    WHERE h.actor = $1
      AND ($2::timestamptz IS NULL OR (h.hour, h.connection_id) < ($2, $3::uuid))
    ORDER BY h.hour DESC, h.connection_id DESC LIMIT $4`,
);

/** An hour ends an hour after its start: every hand-out is kept for at least 90 days. */
const prune = statement(
  'hand_out_prune',
  `WITH old AS (
     SELECT actor, hour, connection_id FROM hand_out
      WHERE hour < now() - interval '90 days 1 hour' ORDER BY hour LIMIT $1 FOR UPDATE SKIP LOCKED
   ), gone AS (
     DELETE FROM hand_out h USING old
      WHERE (h.actor, h.hour, h.connection_id) = (old.actor, old.hour, old.connection_id) RETURNING 1
   ), silent AS (
     DELETE FROM hand_out_writer WHERE at < now() - interval '90 days'
   )
   SELECT count(*)::integer AS deleted FROM gone`,
);

type Row = HandOutRecord & Record<string, unknown>;

@Injectable()
export class HandOutSql extends HandOutStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async add({ writerId, number, handOuts }: HandOutBatch): Promise<void> {
    await this.database.rows(add, [
      writerId,
      number,
      handOuts.map(({ actor }) => actor),
      handOuts.map(({ connectionId }) => connectionId),
      handOuts.map(({ hour }) => hour),
      handOuts.map(({ count }) => count),
      handOuts.map(({ lastFingerprint }) => lastFingerprint),
      handOuts.map(({ lastAt }) => lastAt),
    ]);
  }

  override async ofConnection(
    connectionId: string,
    after: AfterHandOut | null,
    limit: number,
  ): Promise<readonly HandOutRecord[]> {
    return this.database.rows<Row>(ofConnection, [
      connectionId,
      after?.hour ?? null,
      after?.other ?? null,
      limit,
    ]);
  }

  override async ofActor(
    actor: string,
    after: AfterHandOut | null,
    limit: number,
  ): Promise<readonly HandOutRecord[]> {
    return this.database.rows<Row>(ofActor, [actor, after?.hour ?? null, after?.other ?? null, limit]);
  }

  override async prune(limit: number): Promise<number> {
    const [row] = await this.database.rows<{ deleted: number }>(prune, [limit]);
    return row?.deleted ?? 0;
  }
}
