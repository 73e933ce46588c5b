import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Authenticator, type Caller, type Scope } from '#access';
import { Failure, parseTenantId, type TenantId } from '#kernel';
import { rememberCaller } from './caller-of.js';
import { neededScope } from './needed-scope.js';

/**
 * Lets in who shows a key that covers the route's scope and tenant. The order is part of the contract: a caller without
 * a key hears nothing but 401, and one that may not touch a tenant hears the same whether there is one or not.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const scope = this.reflector.getAllAndOverride<Scope>(neededScope, [
      context.getHandler(),
      context.getClass(),
    ]);
    const caller = await this.authenticator.authenticate(request.headers.authorization);
    const tenantId = tenantOf(request);
    if (!caller.mayUse(scope) || !mayTouch(caller, tenantId)) {
      throw new Failure('forbidden', 'The key does not cover this scope or tenant.');
    }
    rememberCaller(request, caller);
    return true;
  }
}

/** @throws Failure `invalid_tenant_id` */
function tenantOf(request: FastifyRequest): TenantId | null {
  const { tenantId } = request.params as { tenantId?: string };
  return tenantId === undefined ? null : parseTenantId(tenantId);
}

function mayTouch(caller: Caller, tenantId: TenantId | null): boolean {
  return tenantId === null || caller.mayTouch(tenantId);
}
