import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { apiVersions, parseTenantId, Secret, type ApiVersion } from '#kernel';
import type { GrantImport } from '#tokens';
import { IsPlainText } from '../http/index.js';

/** Eight times what Deskera's tokens have; two of them fit in a body. */
export const longestToken = 16_384;
const isText = { message: 'must be a text' };
const tooLong = { message: 'is too long' };

/** A grant that exists already; a member that is null counts as left out. */
export class GrantImportBody {
  @IsString(isText)
  readonly tenantId!: string;

  @IsIn(apiVersions, { message: `must be one of ${apiVersions.join(', ')}` })
  readonly apiVersion!: ApiVersion;

  @IsString(isText)
  @IsNotEmpty({ message: 'must not be empty' })
  @MaxLength(longestToken, tooLong)
  readonly deskeraRefreshToken!: string;

  @IsOptional()
  @IsString(isText)
  @MaxLength(longestToken, tooLong)
  readonly deskeraToken?: string | null;

  @IsOptional()
  @IsPlainText(128)
  readonly org?: string | null;
}

/** @throws Failure `invalid_tenant_id` */
export function grantImport(body: GrantImportBody): GrantImport {
  return {
    tenantId: parseTenantId(body.tenantId),
    apiVersion: body.apiVersion,
    refreshToken: Secret.of(body.deskeraRefreshToken.trim()),
    token: typeof body.deskeraToken === 'string' ? Secret.of(body.deskeraToken.trim()) : null,
    requiredOrgId: body.org ?? null,
  };
}
