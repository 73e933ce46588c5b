import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { OauthModule } from '#oauth';
import { TokensModule } from '#tokens';
import { UpkeepTimer } from './upkeep-timer.js';

@Module({ imports: [ScheduleModule.forRoot(), OauthModule, TokensModule], providers: [UpkeepTimer] })
export class ScheduleDoorModule {}
