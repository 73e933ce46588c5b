import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Secret } from '#kernel';
import {
  WebhookEndpointStore,
  type NewWebhookEndpoint,
  type SecretAddition,
  type SecretRemoval,
  type WebhookEndpointRecord,
  type WebhookSecretRecord,
} from '../webhook-endpoints.js';
import { CredentialVault } from '#vault';
import { Database, type Queryable } from '#database/sql';
import {
  countEndpoints,
  countSecretUp,
  deleteSecret,
  enableEndpoint,
  insertEndpoint,
  insertSecret,
  listEndpoints,
  lockEndpoint,
  lockEndpoints,
  removeEndpoint,
  secretNumbers,
} from './endpoint-statements.js';
import { secretPlace } from './secret-place.js';

const mostSecrets = 2;

type EndpointRow = Omit<WebhookEndpointRecord, 'secrets'> & {
  readonly numbers: readonly number[];
  readonly times: readonly Date[];
};

@Injectable()
export class WebhookEndpointsSql extends WebhookEndpointStore {
  constructor(
    private readonly database: Database,
    private readonly vault: CredentialVault,
  ) {
    super();
  }

  override async create(
    { url, events, secret }: NewWebhookEndpoint,
    most: number,
  ): Promise<WebhookEndpointRecord | null> {
    const endpointId = randomUUID();
    const sealed = await this.#seal(secret, endpointId, 1);
    return this.database.transaction(async (transaction) => {
      await transaction.rows(lockEndpoints, []);
      const [counted] = await transaction.rows<{ count: number }>(countEndpoints, []);
      if (counted === undefined || counted.count >= most) return null;
      await transaction.rows(insertEndpoint, [endpointId, url, events]);
      await transaction.rows(insertSecret, [endpointId, 1, sealed]);
      const [row] = await transaction.rows<EndpointRow>(listEndpoints, [endpointId]);
      return row === undefined ? null : toRecord(row);
    });
  }

  override async list(): Promise<readonly WebhookEndpointRecord[]> {
    return (await this.database.rows<EndpointRow>(listEndpoints, [null])).map(toRecord);
  }

  override async exists(endpointId: string): Promise<boolean> {
    return (await this.database.rows(listEndpoints, [endpointId])).length > 0;
  }

  override async remove(endpointId: string): Promise<boolean> {
    return (await this.database.rows(removeEndpoint, [endpointId])).length > 0;
  }

  override async enable(endpointId: string): Promise<boolean> {
    return (await this.database.rows(enableEndpoint, [endpointId])).length > 0;
  }

  override async addSecret(endpointId: string, secret: Secret): Promise<SecretAddition> {
    return this.database.transaction(async (transaction) => {
      const locked = await lockSecrets(transaction, endpointId);
      if (locked === null) return 'no_endpoint';
      if (locked.numbers.length >= mostSecrets) return 'full';
      const number = locked.lastNumber + 1;
      const sealed = await this.#seal(secret, endpointId, number);
      await transaction.rows(countSecretUp, [endpointId, number]);
      const [row] = await transaction.rows<WebhookSecretRecord & Record<string, unknown>>(insertSecret, [
        endpointId,
        number,
        sealed,
      ]);
      if (row === undefined) throw new Error('An INSERT … RETURNING returned no row.');
      return row;
    });
  }

  override async removeSecret(endpointId: string, number: number): Promise<SecretRemoval> {
    return this.database.transaction(async (transaction) => {
      const locked = await lockSecrets(transaction, endpointId);
      if (locked === null) return 'no_endpoint';
      if (!locked.numbers.includes(number)) return 'no_secret';
      if (locked.numbers.length === 1) return 'last';
      await transaction.rows(deleteSecret, [endpointId, number]);
      return 'removed';
    });
  }

  #seal(secret: Secret, endpointId: string, number: number): Promise<string> {
    return this.vault.seal(secret, secretPlace(endpointId, number), 'webhook_secret');
  }
}

async function lockSecrets(
  transaction: Queryable,
  endpointId: string,
): Promise<{ readonly lastNumber: number; readonly numbers: readonly number[] } | null> {
  const [endpoint] = await transaction.rows<{ lastSecretNumber: number }>(lockEndpoint, [endpointId]);
  if (endpoint === undefined) return null;
  const rows = await transaction.rows<{ number: number }>(secretNumbers, [endpointId]);
  return { lastNumber: endpoint.lastSecretNumber, numbers: rows.map(({ number }) => number) };
}

function toRecord({ numbers, times, ...row }: EndpointRow): WebhookEndpointRecord {
  const secrets = numbers.flatMap((number, index) => {
    const createdAt = times[index];
    return createdAt === undefined ? [] : [{ number, createdAt }];
  });
  return { ...row, secrets };
}
