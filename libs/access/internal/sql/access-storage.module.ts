import { Module } from '@nestjs/common';
import { DatabaseModule } from '#database';
import { HandOutStore } from '../hand-out-store.js';
import { ServiceKeyStore } from '../service-key-store.js';
import { HandOutSql } from './hand-out-sql.js';
import { ServiceKeySql } from './service-key-sql.js';

/** The rows of service keys, of hand-outs and of what administrators did. */
@Module({
  imports: [DatabaseModule],
  providers: [
    { provide: HandOutStore, useClass: HandOutSql },
    { provide: ServiceKeyStore, useClass: ServiceKeySql },
  ],
  exports: [HandOutStore, ServiceKeyStore],
})
export class AccessStorageModule {}
