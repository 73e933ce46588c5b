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

/** Refreshed grants on their way into their rows, from Deskera's answer or from the spool: the same rule for both. */
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
   * Twice is harmless: what is stored already is `saved`.
   * @throws Failure `broker_unavailable`
   */
  async save(refresh: RefreshSave): Promise<RefreshSaveResult> {
    const result = await this.saves.saveRefresh(refresh);
    if (result === 'moved') return (await this.#isStored(refresh)) ? 'saved' : 'moved';
    if (result === 'held_elsewhere') await this.#refuseForeign(refresh);
    return result;
  }

  /**
   * Nothing was saved: our own save went through and its answer was lost, or the row is past this grant, which is told.
   * @throws Error where there is no row at all: a failover lost it, and the grant must not be lost with it
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

  /** Deskera handed out what another connection holds: serving it for both would let one end the other's grant. */
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

/** The attempt that brought the grant is on record as open still; another process's may have the same number. */
function isOpenAttemptOf(present: ConnectionRecord, seen: RefreshSave['seen']): boolean {
  const { attemptProcessId: by = null } = seen;
  return (
    present.attemptOpen &&
    present.connectNumber === seen.connectNumber &&
    present.attempt === seen.attempt &&
    (by === null || present.attemptProcessId === by)
  );
}
