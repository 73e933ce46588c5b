import { Module } from '@nestjs/common';
import { DeskeraModule } from '#deskera';
import { ConnectionsModule } from '#connections';
import { DatabaseModule } from '#database';
import { SpoolModule } from '#spool';
import { VaultModule } from '#vault';
import { GrantAdopter } from './adoption.js';
import { Connections } from './connections.js';
import { DeskeraTokens } from './deskera-token.js';
import { GrantImports } from './grant-imports.js';
import { Checker } from './internal/refreshing/checker.js';
import { CircumstancesNow } from './internal/state/circumstances.js';
import { ConnectGrants } from './internal/adopting/connect-grants.js';
import { ConnectionCalls } from './internal/refreshing/connection-calls.js';
import { ConnectionDesk } from './internal/state/connection-desk.js';
import { Drain } from './internal/durability/drain.js';
import { DoubtfulTokens } from './internal/refreshing/doubtful-tokens.js';
import { DurableConnects } from './internal/durability/durable-connects.js';
import { DurableSave } from './internal/durability/durable-save.js';
import { HeldAnswers } from './internal/durability/held-answers.js';
import { GrantExaminer } from './internal/adopting/grant-examiner.js';
import { GrantAdoption } from './internal/adopting/grant-adoption.js';
import { GrantImportFlow } from './internal/adopting/grant-import-flow.js';
import { HostEvidence } from './internal/refreshing/host-evidence.js';
import { ImportedGrants } from './internal/adopting/imported-grants.js';
import { LeaseRenewer } from './internal/refreshing/lease-renewer.js';
import { RefreshedGrants } from './internal/refreshing/refreshed-grants.js';
import { Refresher } from './internal/refreshing/refresher.js';
import { RevocationCheck } from './internal/refreshing/revocation-check.js';
import { TokenFreshener } from './internal/reading/token-freshener.js';
import { RefreshTokenLock } from './internal/adopting/refresh-token-lock.js';
import { ResponseDeadline } from './internal/reading/deadline.js';
import { SpoolReplay } from './internal/durability/spool-replay.js';
import { HeldGrants } from './internal/adopting/held-grants.js';
import { RecordReencryption } from './internal/upkeep/record-reencryption.js';
import { Sweeper } from './internal/upkeep/sweeper.js';
import { TokenCache } from './internal/reading/token-cache.js';
import { ReportedTokens } from './internal/reading/reported-tokens.js';
import { StoredTokenReader } from './internal/reading/stored-token-reader.js';
import { TokenReader } from './internal/reading/token-reader.js';
import { StateSaves } from './internal/refreshing/state-saves.js';
import { Reencryption } from './reencryption.js';
import { TokenRejections } from './token-rejections.js';
import { UpkeepThrottle } from './internal/upkeep/upkeep-throttle.js';
import { Upkeep } from './upkeep.js';

/** The life cycle of connections and their tokens. Requires `TokensOptions` from a global module. */
@Module({
  imports: [ConnectionsModule, DatabaseModule, DeskeraModule, SpoolModule, VaultModule],
  providers: [
    Checker,
    CircumstancesNow,
    ConnectGrants,
    ConnectionCalls,
    Drain,
    DoubtfulTokens,
    DurableConnects,
    DurableSave,
    GrantExaminer,
    HostEvidence,
    HeldAnswers,
    ImportedGrants,
    LeaseRenewer,
    RefreshTokenLock,
    StoredTokenReader,
    ResponseDeadline,
    RefreshedGrants,
    Refresher,
    RevocationCheck,
    TokenFreshener,
    SpoolReplay,
    HeldGrants,
    TokenCache,
    UpkeepThrottle,
    StateSaves,
    { provide: Connections, useClass: ConnectionDesk },
    { provide: DeskeraTokens, useClass: TokenReader },
    { provide: TokenRejections, useClass: ReportedTokens },
    { provide: GrantAdopter, useClass: GrantAdoption },
    { provide: GrantImports, useClass: GrantImportFlow },
    { provide: Reencryption, useClass: RecordReencryption },
    { provide: Upkeep, useClass: Sweeper },
  ],
  exports: [Connections, DeskeraTokens, GrantAdopter, GrantImports, Reencryption, TokenRejections, Upkeep],
})
export class TokensModule {}
