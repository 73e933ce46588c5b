import { Module } from '@nestjs/common';
import { DatabaseLogins } from './database-logins.js';

/** Apart, because the pool's own module needs it before the store's providers exist. */
@Module({ providers: [DatabaseLogins], exports: [DatabaseLogins] })
export class LoginModule {}
