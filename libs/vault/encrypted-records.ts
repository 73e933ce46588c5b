import { Injectable } from '@nestjs/common';
import { CredentialSealer } from '#crypto';
import type { EncryptedRows } from './encrypted-rows.js';

/** Every kind of rows that hold seals. The module that stores a kind adds it. */
@Injectable()
export class EncryptedRecords {
  readonly #kinds: EncryptedRows[] = [];

  constructor(private readonly sealer: CredentialSealer) {}

  /** The key that seals now. */
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
