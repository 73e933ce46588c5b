import { Injectable } from '@nestjs/common';
import { AdminTrail, Caller, ServiceKeys } from '#access';
import { Clock } from '#kernel';
import { Connections, GrantImports, Reencryption } from '#tokens';

/** Whoever can run the command line on the broker's settings holds its keys anyway: history calls it `cli`. */
export const cliCaller = new Caller({ actor: 'cli', scopes: ['admin'], tenants: ['*'] });

/** What the commands work with. */
@Injectable()
export class CliRooms {
  constructor(
    readonly keys: ServiceKeys,
    readonly trail: AdminTrail,
    readonly connections: Connections,
    readonly imports: GrantImports,
    readonly reencryption: Reencryption,
    readonly clock: Clock,
  ) {}
}
