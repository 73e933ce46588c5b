import { dataLife, statement } from '#database/sql';

const termColumns = `k.key_id AS "keyId", k.name, k.scopes, k.tenants, k.created_at AS "createdAt",
  k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt"`;

const recordColumns = `${termColumns}, u.last_used_at AS "lastUsedAt",
  coalesce((SELECT json_agg(json_build_object('number', s.number, 'createdAt', s.created_at) ORDER BY s.number)
              FROM service_key_secret s
             WHERE s.key_id = k.key_id AND s.revoked_at IS NULL AND k.revoked_at IS NULL), '[]') AS secrets`;

const recordTables = `service_key k LEFT JOIN service_key_use u ON u.key_id = k.key_id`;

export const insertKey = statement(
  'service_key_create',
  `INSERT INTO service_key (key_id, name, scopes, tenants, expires_at) VALUES ($1, $2, $3, $4, $5)`,
);

/** Removed secrets keep their rows, so that their numbers are not reused. */
export const insertSecret = statement(
  'service_key_secret_create',
  `INSERT INTO service_key_secret (key_id, number, secret_sha256)
   SELECT $1, coalesce(max(number), 0) + 1, $2::bytea FROM service_key_secret WHERE key_id = $1
   RETURNING number`,
);

export const listKeys = statement(
  'service_key_list',
  `SELECT ${recordColumns} FROM ${recordTables} ORDER BY k.created_at DESC, k.key_id`,
);

export const findKey = statement(
  'service_key_find',
  `SELECT ${recordColumns} FROM ${recordTables} WHERE k.key_id = $1`,
);

/** Returns a row even if the key does not exist, for the server's life. */
export const findCredential = statement(
  'service_key_credential',
  `SELECT s.life, ${termColumns}, now() AS "readAt",
          extract(epoch FROM k.expires_at - now())::double precision AS "expiresInSeconds",
          ARRAY(SELECT s.secret_sha256 FROM service_key_secret s
                 WHERE s.key_id = k.key_id AND s.revoked_at IS NULL) AS "liveSecretSha256"
     FROM (SELECT ${dataLife} AS life) s LEFT JOIN service_key k ON k.key_id = $1`,
);

/** For many ids that probably do not exist: an index-only scan of the primary key. */
export const existingKeys = statement(
  'service_key_existing',
  `SELECT key_id AS "keyId" FROM service_key WHERE key_id = ANY ($1::text[])`,
);

export const revokeKey = statement(
  'service_key_revoke',
  `UPDATE service_key SET revoked_at = now() WHERE key_id = $1 AND revoked_at IS NULL RETURNING key_id`,
);

/**
 * Changes of a key's secrets lock its row, because concurrent changes would count secrets that the other is about to
 * change.
 */
export const lockKey = statement(
  'service_key_lock',
  `SELECT key_id FROM service_key WHERE key_id = $1 AND revoked_at IS NULL FOR NO KEY UPDATE`,
);

export const liveSecrets = statement(
  'service_key_secret_live',
  `SELECT number FROM service_key_secret WHERE key_id = $1 AND revoked_at IS NULL`,
);

export const removeSecret = statement(
  'service_key_secret_remove',
  `UPDATE service_key_secret SET revoked_at = now() WHERE key_id = $1 AND number = $2`,
);

export const publishKey = statement(
  'service_key_publish',
  `INSERT INTO change (subject) VALUES ('key:' || $1)`,
);

/** All replicas lock keys in the same order, so batches cannot deadlock. */
export const recordUses = statement(
  'service_key_use_record',
  `INSERT INTO service_key_use AS u (key_id, last_used_at)
   SELECT key_id, at FROM unnest($1::text[], $2::timestamptz[]) AS used (key_id, at) ORDER BY key_id
   ON CONFLICT (key_id) DO UPDATE SET last_used_at = excluded.last_used_at
    WHERE u.last_used_at < excluded.last_used_at`,
);

export const recordAction = statement(
  'admin_event_record',
  `INSERT INTO admin_event (actor, action, subject) VALUES ($1, $2, $3)`,
);
