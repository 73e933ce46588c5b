import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { OauthModule } from '#oauth';
import { TokensModule } from '#tokens';
import { ConnectSessionsController } from './connect-sessions.controller.js';
import { ConnectionsController } from './connections.controller.js';
import { DeskeraTokenController } from './deskera-token.controller.js';
import { HotReads } from './hot-reads.js';
import { RejectionsController } from './rejections.controller.js';

/** What sibling services call. */
@Module({
  imports: [AccessModule, TokensModule, OauthModule],
  providers: [HotReads],
  controllers: [
    DeskeraTokenController,
    RejectionsController,
    ConnectSessionsController,
    ConnectionsController,
  ],
})
export class InternalApiModule {}
