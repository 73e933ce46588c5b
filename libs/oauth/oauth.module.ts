import { Module } from '@nestjs/common';
import { DeskeraModule } from '#deskera';
import { ConnectionsModule } from '#connections';
import { DatabaseModule } from '#database';
import { SpoolModule } from '#spool';
import { TokensModule } from '#tokens';
import { Callbacks } from './callbacks.js';
import { ConnectLinks } from './connect-links.js';
import { ConnectSessions } from './connect-sessions.js';
import { ConnectUpkeep } from './connect-upkeep.js';
import { CallbackFlow } from './internal/callback-flow.js';
import { CodeExchange } from './internal/code-exchange.js';
import { ConnectRetention } from './internal/connect-retention.js';
import { LandingFlow } from './internal/landing-flow.js';
import { LinkFlow } from './internal/link-flow.js';
import { SessionActivation } from './internal/session-activation.js';
import { SessionFlow } from './internal/session-flow.js';
import { StateWatch } from './internal/state-watch.js';
import { UnusedStates } from './internal/unused-states.js';
import { Landings } from './landings.js';

/** Connect sessions, links, callbacks and landings. Requires `OauthOptions` from a global module. */
@Module({
  imports: [ConnectionsModule, DatabaseModule, SpoolModule, DeskeraModule, TokensModule],
  providers: [
    CodeExchange,
    SessionActivation,
    StateWatch,
    UnusedStates,
    { provide: Callbacks, useClass: CallbackFlow },
    { provide: ConnectLinks, useClass: LinkFlow },
    { provide: ConnectSessions, useClass: SessionFlow },
    { provide: ConnectUpkeep, useClass: ConnectRetention },
    { provide: Landings, useClass: LandingFlow },
  ],
  exports: [Callbacks, ConnectLinks, ConnectSessions, ConnectUpkeep, Landings],
})
export class OauthModule {}
