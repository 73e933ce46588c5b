import { type CredentialSealer } from '#crypto';
import { SealedStock, type SealedRows, type SpooledSeals } from '../sealed-rows.js';
import type { SpoolSeals } from './spool/spool-seals.js';

export class StoredSeals extends SealedStock {
  constructor(
    private readonly sealer: CredentialSealer,
    override readonly kinds: readonly SealedRows[],
    private readonly spool: SpoolSeals,
  ) {
    super();
  }

  override get currentKeyId(): string {
    return this.sealer.currentKeyId;
  }

  override spooled(): Promise<SpooledSeals> {
    return this.spool.count();
  }
}
