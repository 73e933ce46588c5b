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
import { Checker } from './internal/checker.js';
import { CircumstancesNow } from './internal/circumstances.js';
import { ConnectGrants } from './internal/connect-grants.js';
import { ConnectionCalls } from './internal/connection-calls.js';
import { ConnectionDesk } from './internal/connection-desk.js';
import { Drain } from './internal/drain.js';
import { DoubtfulTokens } from './internal/doubtful-tokens.js';
import { DurableConnects } from './internal/durable-connects.js';
import { DurableSave } from './internal/durable-save.js';
import { HeldAnswers } from './internal/held-answers.js';
import { GrantExaminer } from './internal/grant-examiner.js';
import { GrantAdoption } from './internal/grant-adoption.js';
import { GrantImportFlow } from './internal/grant-import-flow.js';
import { HostEvidence } from './internal/host-evidence.js';
import { KeptGrants } from './internal/kept-grants.js';
import { LeaseKeeper } from './internal/lease-keeper.js';
import { RefreshedGrants } from './internal/refreshed-grants.js';
import { Refresher } from './internal/refresher.js';
import { RefusalJudge } from './internal/refusal-judge.js';
import { Settler } from './internal/settler.js';
import { PairClaims } from './internal/pair-claims.js';
import { PromisedTime } from './internal/promised-time.js';
import { SpoolReplay } from './internal/spool-replay.js';
import { StandingGrants } from './internal/standing-grants.js';
import { StockReencryption } from './internal/stock-reencryption.js';
import { Sweeper } from './internal/sweeper.js';
import { TokenCache } from './internal/token-cache.js';
import { RejectionDesk } from './internal/rejection-desk.js';
import { PlainReads } from './internal/plain-reads.js';
import { TokenKeeper } from './internal/token-keeper.js';
import { VerdictSaves } from './internal/verdict-saves.js';
import { Reencryption } from './reencryption.js';
import { TokenRejections } from './token-rejections.js';
import { UpkeepPace } from './internal/upkeep-pace.js';
import { Upkeep } from './upkeep.js';

/** The life-cycle of connections and their tokens. Needs a `TokensOptions` from a global module. */
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
    KeptGrants,
    LeaseKeeper,
    PairClaims,
    PlainReads,
    PromisedTime,
    RefreshedGrants,
    Refresher,
    RefusalJudge,
    Settler,
    SpoolReplay,
    StandingGrants,
    TokenCache,
    UpkeepPace,
    VerdictSaves,
    { provide: Connections, useClass: ConnectionDesk },
    { provide: DeskeraTokens, useClass: TokenKeeper },
    { provide: TokenRejections, useClass: RejectionDesk },
    { provide: GrantAdopter, useClass: GrantAdoption },
    { provide: GrantImports, useClass: GrantImportFlow },
    { provide: Reencryption, useClass: StockReencryption },
    { provide: Upkeep, useClass: Sweeper },
  ],
  exports: [Connections, DeskeraTokens, GrantAdopter, GrantImports, Reencryption, TokenRejections, Upkeep],
})
export class TokensModule {}
