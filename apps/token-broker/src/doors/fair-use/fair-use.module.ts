import { Global, Module } from '@nestjs/common';
import { CountedCallbacks } from './counted-callbacks.js';
import { FailedAuthentications } from './failed-authentications.js';
import { KeyLimit } from './key-limit.js';

const limits = [KeyLimit, FailedAuthentications, CountedCallbacks];

/** What all doors count together. Needs `FairUseOptions`, `Clock` and `BrokerMetrics` from global modules. */
@Global()
@Module({ providers: limits, exports: limits })
export class FairUseModule {}
