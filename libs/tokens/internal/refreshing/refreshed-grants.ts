import { Injectable, Logger } from '@nestjs/common';
import {
  ConnectionReads,
  ConnectionSaves,
  type ConnectionRecord,
  type RefreshSave,
  type RefreshSaveResult,
} from '#connections';
import { CircumstancesNow } from '../state/circumstances.js';
import { event, foreign, unansweredEvent } from './refresh-words.js';
import { refreshUnanswered } from '../state/transitions.js';
import { StateSaves } from './state-saves.js';

/** Saves refreshed grants, from Deskera's answer or from the spool, by the same rule. */
@Injectable()
export class RefreshedGrants {
  readonly #logger = new Logger('Refresher');

  constructor(
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
    private readonly verdicts: StateSaves,
    private readonly circumstances: CircumstancesNow,
  ) {}

  /**
   * A second call for the same grant is harmless and returns `saved`.
   * @throws Failure `broker_unavailable`
   */
  async save(refresh: RefreshSave): Promise<RefreshSaveResult> {
    const result = await this.saves.saveRefresh(refresh);
    if (result === 'moved') return (await this.#isStored(refresh)) ? 'saved' : 'moved';
    if (result === 'held_elsewhere') await this.#refuseForeign(refresh);
    return result;
  }

  /**
   * Explains a save without effect: this grant is stored already (the answer of the save was lost), or the row is
   * newer, which is recorded.
   * @throws Error if the row does not exist: a failover lost it, and the grant must be kept
   */
  async #isStored({ seen, grant, lease }: RefreshSave): Promise<boolean> {
    const present = await this.reads.find(seen.connectionId);
    if (present === null) throw new Error('its connection is not in the database');
    if (present.fingerprint === grant.token.fingerprint()) return true;
    if (present.status !== 'disconnected')
      await this.saves.recordEvent(seen.connectionId, event('late_grant_dropped', { attempt: seen.attempt }));
    if (isOpenAttemptOf(present, seen)) await this.verdicts.ofAttempt({ record: present, lease }, null);
    return false;
  }

  /** Deskera returned a pair that another connection holds: if both used it, one would end the other's grant. */
  async #refuseForeign({ seen, lease }: RefreshSave): Promise<void> {
    this.#logger.error(`A refresh of connection ${seen.connectionId} brought another connection's grant.`);
    const present = await this.reads.find(seen.connectionId);
    if (present === null || !isOpenAttemptOf(present, seen)) return;
    await this.verdicts.ofAttempt({ record: present, lease }, (record) => ({
      next: refreshUnanswered(record, foreign, this.circumstances.get()),
      event: unansweredEvent(record, foreign),
    }));
  }
}

/** Whether the attempt of the grant is still open; an attempt of another process may have the same number. */
function isOpenAttemptOf(present: ConnectionRecord, seen: RefreshSave['seen']): boolean {
  const { attemptProcessId: by = null } = seen;
  return (
    present.attemptOpen &&
    present.connectNumber === seen.connectNumber &&
    present.attempt === seen.attempt &&
    (by === null || present.attemptProcessId === by)
  );
}
