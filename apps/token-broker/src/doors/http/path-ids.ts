import { Param, type ParamData, type PipeTransform } from '@nestjs/common';
import { Failure, parseTenantId, type FailureCode, type TenantId } from '#kernel';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const keyId = /^[A-Za-z0-9-]{1,64}$/;
const secretNumber = /^[1-9]\d{0,8}$/;

const toTenantId: PipeTransform<string, TenantId> = { transform: parseTenantId };

/** What can be no id of ours names nothing, and never reaches the database. */
function idLike(pattern: RegExp, code: FailureCode, sentence: string): PipeTransform<string, string> {
  return {
    transform(text) {
      if (pattern.test(text)) return text;
      throw new Failure(code, sentence);
    },
  };
}

/** PostgreSQL writes a uuid in small letters. */
function uuidLike(code: FailureCode, sentence: string): PipeTransform<string, string> {
  const id = idLike(uuid, code, sentence);
  return { transform: (text, metadata) => id.transform(text, metadata).toLowerCase() };
}

const toConnectionId = uuidLike('connection_not_found', 'There is no such connection.');
const toWebhookId = uuidLike('webhook_not_found', 'There is no such webhook.');
const toDeliveryId = uuidLike('webhook_delivery_not_found', 'There is no such delivery.');
const toKeyId = idLike(
  keyId,
  'service_key_not_found',
  'There is no such service key, or it was revoked before.',
);

/** No id of a key has an underscore. */
const toKeyHolder: PipeTransform<string, string | null> = {
  transform: (text, metadata) => (text === 'admin_key' ? null : toKeyId.transform(text, metadata)),
};

// Digits, and not a number: Nest would make numbers of a parameter of that type itself, of `1e0` too.
const toSecretNumber = idLike(
  secretNumber,
  'service_key_secret_not_found',
  'The service key has no such live secret.',
);
const toWebhookSecretNumber = idLike(
  secretNumber,
  'webhook_secret_not_found',
  'This webhook has no such secret.',
);

/** The path's `tenantId`. */
export const TenantIdParam = (): ParameterDecorator => param('tenantId', toTenantId);
/** The path's `connectionId`; what is none is a connection that does not exist. */
export const ConnectionIdParam = (): ParameterDecorator => param('connectionId', toConnectionId);
/** The path's `keyId`; what is none is a key that does not exist. */
export const KeyIdParam = (): ParameterDecorator => param('keyId', toKeyId);
/** The same, or null for `admin_key`: the one of the configuration, whose reads are counted like any key's. */
export const KeyHolderParam = (): ParameterDecorator => param('keyId', toKeyHolder);
/** The path's `number` of a key's secret, as its digits; what is none is a secret that does not exist. */
export const SecretNumberParam = (): ParameterDecorator => param('number', toSecretNumber);

/** The path's `webhookId`; what is none is a webhook that does not exist. */
export const WebhookIdParam = (): ParameterDecorator => param('webhookId', toWebhookId);
/** The path's `deliveryId`; what is none is a delivery that does not exist. */
export const DeliveryIdParam = (): ParameterDecorator => param('deliveryId', toDeliveryId);
/** The path's `number` of a webhook's secret, as its digits; what is none is a secret that does not exist. */
export const WebhookSecretNumberParam = (): ParameterDecorator => param('number', toWebhookSecretNumber);

function param(name: ParamData & string, pipe: PipeTransform): ParameterDecorator {
  return Param(name, pipe);
}
