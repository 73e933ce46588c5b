import type { Secret } from '#kernel';
import { ConfigInvalid } from '../config-invalid.js';
import { readVariables, type EnvironmentTexts, type SecretFileReader } from './environment.js';
import { databaseUrl } from './read-database-url.js';
import { optional, orFile } from './variable.js';

const either = {
  direct: orFile(optional('DATABASE_DIRECT_URL', databaseUrl)),
  pooled: orFile(optional('DATABASE_URL', databaseUrl)),
};

/** `DATABASE_DIRECT_URL`, else `DATABASE_URL`: a session lock does not pass a transaction pooler. @throws ConfigInvalid */
export function parseMigrationUrl(texts: EnvironmentTexts, readSecretFile: SecretFileReader): Secret {
  const { values, problems } = readVariables(either, texts, readSecretFile);
  const url = values.direct ?? values.pooled ?? null;
  if (url !== null && problems.length === 0) return url;
  if (problems.length > 0) throw new ConfigInvalid(problems);
  throw new ConfigInvalid([{ name: 'DATABASE_URL', reason: 'is required (or DATABASE_DIRECT_URL)' }]);
}
