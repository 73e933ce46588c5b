import { Injectable } from '@nestjs/common';
import { CredentialSealer } from '#crypto';
import type { SealedRows } from './sealed-rows.js';

/** Every kind of rows that hold seals. The module that stores a kind adds it. */
@Injectable()
export class SealedStock {
  readonly #kinds: SealedRows[] = [];

  constructor(private readonly sealer: CredentialSealer) {}

  /** The key that seals now. */
  get currentKeyId(): string {
    return this.sealer.currentKeyId;
  }

  get kinds(): readonly SealedRows[] {
    return this.#kinds;
  }

  add(kind: SealedRows): void {
    this.#kinds.push(kind);
  }
}
