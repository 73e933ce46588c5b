import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { TokensModule } from '#tokens';
import { CliRooms } from './cli-rooms.js';

/** The operator's command line: no listener and no upkeep, only what its commands need. */
@Module({ imports: [AccessModule, TokensModule], providers: [CliRooms], exports: [CliRooms] })
export class CliDoorModule {}
