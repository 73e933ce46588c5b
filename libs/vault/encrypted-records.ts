import { Injectable } from '@nestjs/common';
import { CredentialSealer } from '#crypto';
import type { EncryptedRows } from './encrypted-rows.js';

/** All kinds of rows that hold encrypted values. The module that stores a kind adds it. */
@Injectable()
export class EncryptedRecords {
  readonly #kinds: EncryptedRows[] = [];

  constructor(private readonly sealer: CredentialSealer) {}

  /** Id of the key that encrypts. */
  get currentKeyId(): string {
    return this.sealer.currentKeyId;
  }

  get kinds(): readonly EncryptedRows[] {
    return this.#kinds;
  }

  add(kind: EncryptedRows): void {
    this.#kinds.push(kind);
  }
}
