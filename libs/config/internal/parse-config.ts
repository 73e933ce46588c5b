import type { BrokerConfig, DatabaseUrls } from '../broker-config.js';
import { ConfigInvalid, type ConfigProblem } from '../config-invalid.js';
import {
  readVariables,
  type EnvironmentTexts,
  type Readings,
  type SecretFileReader,
  type ValuesOf,
} from './environment.js';
import { variables } from './variables.js';

type Values = ValuesOf<typeof variables>;

/** @throws ConfigInvalid with every bad variable at once */
export function parseConfig(texts: EnvironmentTexts, readSecretFile: SecretFileReader): BrokerConfig {
  const values = requireAll(readVariables(variables, texts, readSecretFile));
  return frozen(configOf(values, currentDatabaseUrls(texts, readSecretFile)));
}

const { databaseUrl, databaseDirectUrl } = variables;
const databaseVariables = { databaseUrl, databaseDirectUrl };

function currentDatabaseUrls(
  texts: EnvironmentTexts,
  readSecretFile: SecretFileReader,
): (() => DatabaseUrls) | null {
  const areFiles = Object.values(databaseVariables).some(({ name }) => (texts[`${name}_FILE`] ?? '') !== '');
  if (!areFiles) return null;
  return () => {
    const { values, problems } = readVariables(databaseVariables, texts, readSecretFile);
    const { databaseUrl: pooled, databaseDirectUrl: direct } = values;
    if (pooled === undefined || problems.length > 0) throw new ConfigInvalid(problems);
    return { databaseUrl: pooled, directUrl: direct ?? pooled };
  };
}

function requireAll({ values, problems }: Readings<typeof variables>): Values {
  const all = [...problems, ...disagreements(values)];
  if (all.length > 0) throw new ConfigInvalid(all);
  return values as Values;
}

/** Variables that are each good, but not together. Those that are bad by themselves are left out. */
function disagreements(values: Partial<Values>): readonly ConfigProblem[] {
  return [...sharedPort(values), ...halfRegistration(values)];
}

/** 0 is "any free port", and so never the same one. */
function sharedPort({ port, publicPort }: Partial<Values>): readonly ConfigProblem[] {
  if (port !== publicPort || port === 0 || port === undefined) return [];
  return [{ name: 'PUBLIC_PORT', reason: 'must be another port than PORT' }];
}

/** The id of one registration with the secret of another is what Deskera would refuse, long after the start. */
function halfRegistration(values: Partial<Values>): readonly ConfigProblem[] {
  const { deskeraV2ClientId: id, deskeraV2ClientSecrets: secrets } = values;
  if (id === undefined || secrets === undefined || (id === null) === (secrets === null)) return [];
  const [missing, given] =
    id === null
      ? ['DESKERA_V2_CLIENT_ID', 'DESKERA_V2_CLIENT_SECRET']
      : ['DESKERA_V2_CLIENT_SECRET', 'DESKERA_V2_CLIENT_ID'];
  return [{ name: missing, reason: `is required where ${given} is set` }];
}

function configOf(values: Values, databaseUrls: BrokerConfig['currentDatabaseUrls']): BrokerConfig {
  const {
    deskeraClientId,
    deskeraClientSecrets,
    deskeraV2ClientId,
    deskeraV2ClientSecrets,
    deskeraV1AuthUrl,
    deskeraV2AuthUrl,
    ...asTheyAre
  } = values;
  const common = { clientId: deskeraClientId, clientSecrets: deskeraClientSecrets };
  const ownV2 =
    deskeraV2ClientId === null || deskeraV2ClientSecrets === null
      ? null
      : { clientId: deskeraV2ClientId, clientSecrets: deskeraV2ClientSecrets };
  return {
    ...asTheyAre,
    publicUrl: withoutTrailingSlash(values.publicUrl),
    trustProxy: values.trustProxy ?? [],
    databaseDirectUrl: values.databaseDirectUrl ?? values.databaseUrl,
    currentDatabaseUrls: databaseUrls,
    deskeraCredentials: { v1: common, v2: ownV2 ?? common },
    deskeraApiUrl: withoutTrailingSlash(values.deskeraApiUrl),
    deskeraAuthUrls: { v1: deskeraV1AuthUrl, v2: deskeraV2AuthUrl },
    connectRedirectOrigins: values.connectRedirectOrigins ?? [],
    webhookAllowedNetworks: values.webhookAllowedNetworks ?? [],
  };
}

function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
