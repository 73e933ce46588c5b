import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator, type Caller, type Scope } from '#access';
import { Failure, parseTenantId, type TenantId } from '#kernel';
import { FailedAuthentications, KeyLimit } from '../rate-limit/index.js';
import { authenticateOnce } from './authentication.js';
import { rememberCaller } from './caller-of.js';
import { requireKnownQuery } from './known-query.js';
import { neededScope } from './needed-scope.js';

/**
 * Lets in who shows a key that covers the route's scope and tenant. The order is part of the contract: a caller without
 * a good key hears nothing but 401, or 429 where its address has shown too many bad ones; one that may not touch a tenant
 * hears the same whether there is one or not; and whatever a good key hears says how the key stands with its limit.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly reflector: Reflector,
    private readonly failed: FailedAuthentications,
    private readonly keyLimit: KeyLimit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const scope = this.reflector.getAllAndOverride<Scope>(neededScope, [
      context.getHandler(),
      context.getClass(),
    ]);
    const caller = await authenticateOnce(request, this.authenticator, this.failed);
    this.keyLimit.spend(caller, http.getResponse<FastifyReply>());
    const tenantId = tenantOf(request);
    if (!caller.hasScope(scope) || !canAccessTenant(caller, tenantId)) {
      throw new Failure('forbidden', 'The key does not cover this scope or tenant.');
    }
    requireKnownQuery(context, request.query);
    rememberCaller(request, caller);
    return true;
  }
}

/** @throws Failure `invalid_tenant_id` */
function tenantOf(request: FastifyRequest): TenantId | null {
  const { tenantId } = request.params as { tenantId?: string };
  return tenantId === undefined ? null : parseTenantId(tenantId);
}

function canAccessTenant(caller: Caller, tenantId: TenantId | null): boolean {
  return tenantId === null || caller.canAccessTenant(tenantId);
}
