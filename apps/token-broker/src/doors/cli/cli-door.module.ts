import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { TokensModule } from '#tokens';
import { WebhookStorageModule } from '#notifications';
import { CliRooms } from './cli-rooms.js';

/** The operator's command line, with what its commands need: webhook secrets are encrypted anew with the other rows. */
@Module({
  imports: [AccessModule, TokensModule, WebhookStorageModule],
  providers: [CliRooms],
  exports: [CliRooms],
})
export class CliDoorModule {}
