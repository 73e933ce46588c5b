import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { OauthModule } from '#oauth';
import { TokensModule } from '#tokens';
import { AccessTimer } from './access-timer.js';
import { UpkeepTimer } from './upkeep-timer.js';

@Module({
  imports: [AccessModule, OauthModule, TokensModule],
  providers: [AccessTimer, UpkeepTimer],
})
export class ScheduleDoorModule {}
