import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsISO8601,
  IsOptional,
  IsRFC3339,
  Validate,
} from 'class-validator';
import { ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { isTenantPattern, scopes, type Scope, type ServiceKeyRequest } from '#access';
import { IsPlainText } from '../http/index.js';

@ValidatorConstraint({ name: 'isTenantPattern' })
class TenantPatternRule implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && isTenantPattern(value);
  }
}

const someOfThem = { message: 'must be a list of 1 to 200' };

export class ServiceKeyBody {
  @IsPlainText(100)
  readonly name!: string;

  @IsArray(someOfThem)
  @ArrayMinSize(1, someOfThem)
  @ArrayMaxSize(200, someOfThem)
  @IsIn(scopes, { each: true, message: `must be some of ${scopes.join(', ')}` })
  readonly scopes!: Scope[];

  @IsArray(someOfThem)
  @ArrayMinSize(1, someOfThem)
  @ArrayMaxSize(200, someOfThem)
  @Validate(TenantPatternRule, {
    each: true,
    message: 'must be tenant ids, or the start of some with a * at the end',
  })
  readonly tenants!: string[];

  @IsOptional()
  @IsRFC3339({ message: 'must be an RFC 3339 time' })
  @IsISO8601({ strict: true }, { message: 'must be a time that exists' })
  readonly expiresAt?: string | null;
}

export function serviceKeyRequest({
  name,
  scopes: wanted,
  tenants,
  expiresAt,
}: ServiceKeyBody): ServiceKeyRequest {
  return {
    name,
    scopes: wanted,
    tenants,
    expiresAt: typeof expiresAt === 'string' ? new Date(expiresAt) : null,
  };
}
