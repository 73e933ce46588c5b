import { Param, type ParamData, type PipeTransform } from '@nestjs/common';
import { Failure, parseTenantId, type TenantId } from '#kernel';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const keyId = /^[A-Za-z0-9-]{1,64}$/;

const toTenantId: PipeTransform<string, TenantId> = { transform: parseTenantId };

/** What can be no id of ours names nothing, and never reaches the database. */
const toConnectionId: PipeTransform<string, string> = {
  transform(text) {
    if (uuid.test(text)) return text.toLowerCase();
    throw new Failure('connection_not_found', 'There is no such connection.');
  },
};

const toKeyId: PipeTransform<string, string> = {
  transform(text) {
    if (keyId.test(text)) return text;
    throw new Failure('service_key_not_found', 'There is no such service key, or it was revoked before.');
  },
};

/** The path's `tenantId`. */
export const TenantIdParam = (): ParameterDecorator => param('tenantId', toTenantId);
/** The path's `connectionId`; what is none is a connection that does not exist. */
export const ConnectionIdParam = (): ParameterDecorator => param('connectionId', toConnectionId);
/** The path's `keyId`; what is none is a key that does not exist. */
export const KeyIdParam = (): ParameterDecorator => param('keyId', toKeyId);

function param(name: ParamData & string, pipe: PipeTransform): ParameterDecorator {
  return Param(name, pipe);
}
