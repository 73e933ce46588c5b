import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import type { Scope } from '#access';
import { AccessGuard } from './access.guard.js';
import { neededScope } from './needed-scope.js';

/** Opens a route, or all of a controller, only to callers with a key that covers the scope and the path's tenant. */
export function RequireScope(scope: Scope): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(neededScope, scope), UseGuards(AccessGuard));
}
