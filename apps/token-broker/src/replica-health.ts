import { Global, Module } from '@nestjs/common';
import { DeskeraModule, DeskeraHealth } from '#deskera';
import type { HealthSource, PartHealth } from '#kernel';
import { ChangeFeed, DatabaseModule, DatabaseReadiness } from '#database';
import { GrantSpool, SpoolModule } from '#spool';
import { TokensModule, Upkeep } from '#tokens';
import { HealthReport } from './doors/health/index.js';

/** Polls come four times a second: after this long several were missed. */
const databaseSeenSeconds = 5;

/** How this replica's rooms are, for the doors, which do not enter them all. */
class ReplicaHealth extends HealthReport {
  constructor(
    private readonly readiness: DatabaseReadiness,
    private readonly changes: ChangeFeed,
    private readonly others: readonly HealthSource[],
  ) {
    super();
  }

  override schemaAccepted(): boolean {
    return this.readiness.isAccepted();
  }

  override parts(): readonly PartHealth[] {
    return [this.#database(), this.changes.health(), ...this.others.map((source) => source.health())];
  }

  #database(): PartHealth {
    const accepted = this.readiness.isAccepted();
    const readOnly = this.readiness.isReadOnly();
    const isSeen = accepted && this.changes.secondsSinceDatabaseSeen() <= databaseSeenSeconds;
    const trouble = this.readiness.trouble();
    // What is open already works on where a new login fails: the next one to break is not replaced.
    const whenSeen = trouble === null ? 'ok' : 'degraded';
    return {
      part: 'database',
      status: isSeen && !readOnly ? whenSeen : 'down',
      facts: {
        schemaAccepted: accepted,
        readOnly,
        cause: trouble?.cause ?? null,
        setting: trouble?.setting ?? null,
      },
    };
  }
}

@Global()
@Module({
  imports: [DatabaseModule, SpoolModule, TokensModule, DeskeraModule],
  providers: [
    {
      provide: HealthReport,
      inject: [DatabaseReadiness, ChangeFeed, Upkeep, DeskeraHealth, GrantSpool],
      useFactory: (
        readiness: DatabaseReadiness,
        changes: ChangeFeed,
        upkeep: Upkeep,
        deskera: DeskeraHealth,
        spool: GrantSpool,
      ) => new ReplicaHealth(readiness, changes, [upkeep, deskera, spool]),
    },
  ],
  exports: [HealthReport],
})
export class ReplicaHealthModule {}
