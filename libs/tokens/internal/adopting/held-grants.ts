import { Injectable } from '@nestjs/common';
import { ConnectionReads, type ConnectionRecord } from '#connections';
import { deskeraUnavailable, grantRefused, orgMismatch } from './import-rules.js';
import { Refresher } from '../refreshing/refresher.js';

/** Handles imports of refresh tokens that a connection holds or has used. */
@Injectable()
export class HeldGrants {
  constructor(
    private readonly reads: ConnectionReads,
    private readonly refresher: Refresher,
  ) {}

  /**
   * Only the connection's own attempts may use its refresh token. A connected grant is left to upkeep; one that needs
   * a reconnect is refreshed once by the connection's own attempt.
   * @throws Failure `org_mismatch`, `grant_refused`, `deskera_unavailable`
   */
  async settle(connectionId: string, requiredOrgId: string | null): Promise<ConnectionRecord> {
    const seen = await this.#read(connectionId);
    if (requiredOrgId !== null && seen.orgId !== requiredOrgId) throw orgMismatch();
    if (seen.status !== 'reconnect_required') return seen;
    await this.refresher.refresh({ seen, wantedTtlSeconds: null, held: null });
    const present = await this.#read(connectionId);
    if (present.status !== 'reconnect_required') return present;
    if (present.attempt === seen.attempt || present.failureKind !== null)
      throw deskeraUnavailable('the stored grant could not be refreshed');
    throw grantRefused('the stored grant was refused');
  }

  async #read(connectionId: string): Promise<ConnectionRecord> {
    const record = await this.reads.find(connectionId);
    if (record === null) throw new Error('a connection that was just found is missing');
    return record;
  }
}
