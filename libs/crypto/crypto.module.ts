import { Module } from '@nestjs/common';
import { CredentialSealer } from './credential-sealer.js';
import { JweSealer } from './internal/jwe-sealer.js';

/** Needs `EncryptionKeys` from the application. */
@Module({ providers: [{ provide: CredentialSealer, useClass: JweSealer }], exports: [CredentialSealer] })
export class CryptoModule {}
