import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CuttableLink } from './cuttable-link.js';
import type { DeskeraProcess } from './deskera-process.js';
import type { People } from './people.js';
import type { Replica } from './replica.js';
import type { Orphan, Scene } from './scene.js';
import type { Deed } from './schedule.js';
import type { Services } from './services.js';
import { times } from './settings.js';
import type { Slot } from './slot.js';

/** More than a poll's horizon is ahead of a server that has crashed. */
const manyTransactions = 400;
const readPauseMilliseconds = 200;
const readsAfterReturn = 12;
const readsAfterDisconnect = 3;
const mostTriedSlots = 20;
/** Nothing that was disconnected is served as fresh any more, and the replica still serves without the database. */
const forgottenMilliseconds = times.forgottenWithinSeconds * 1_000 + 200;
/** By then another replica may take the attempt over whose owner was killed. */
const orphanedMilliseconds = (times.leaseSeconds + times.longestCallSeconds + 2) * 1_000;
/** Long enough for the network to be cut meanwhile, and not for the broker to give up. */
const answerMilliseconds = 2_500;
const askNow = 'maxVerifiedAgeSeconds=0';

interface CutOff {
  readonly replica: Replica;
  readonly link: CuttableLink;
  readonly others: readonly Replica[];
}

/** What is done while a replica is cut off from the database. */
export class CutOffReplica {
  constructor(
    private readonly scene: Scene,
    private readonly people: People,
    private readonly services: Services,
  ) {}

  /** A tenant that the replica serves is disconnected through another replica, and asks the one that cannot know. */
  async cut(deed: Extract<Deed, { kind: 'cut' }>): Promise<void> {
    const { replica, link, others } = this.#chosen(deed);
    const slot = await this.#servedBy(replica, deed.slot);
    link.cut(deed.how);
    const ended = wait(deed.milliseconds).then(() => {
      link.mend();
    });
    await this.#disconnectThrough(existing(others[0]), slot);
    await wait(forgottenMilliseconds);
    await this.#read(replica, slot, readsAfterDisconnect);
    await ended;
  }

  /**
   * The server crashes, and the transaction ids that nobody waited for start over. The tenant is disconnected through
   * another replica, many transactions follow, and only then does the replica return.
   */
  async returnLate(deed: Extract<Deed, { kind: 'return_late_to_database' }>): Promise<void> {
    const { databases } = this.scene;
    const { replica, link, others } = this.#chosen(deed);
    const slot = await this.#servedBy(replica, deed.slot);
    link.cut('half_open');
    try {
      await databases.kill();
      await databases.restart();
      await this.#disconnectThrough(existing(others[0]), slot);
      await databases.takeTransactionIds(manyTransactions);
    } finally {
      link.mend();
    }
    await this.#read(replica, slot, readsAfterReturn);
  }

  /** Deskera answers the replica, which dies before the database is back: the answer waits in the spool alone. */
  async orphanAnswer(deed: Extract<Deed, { kind: 'orphan_answer' }>): Promise<void> {
    const { replica, link, others } = this.#chosen(deed);
    const slot = await this.#servedBy(replica, deed.slot);
    const connectionId = await this.services.connectionIdOf(existing(others[0]), slot);
    const caller = replica.lifeName;
    const from = Date.now();
    await slowDownRefresh(this.scene.deskera, slot, answerMilliseconds);
    const reading = this.services.readAt(replica, slot, askNow);
    const isSent = (): boolean =>
      this.scene.story.sendings.some(({ at, orgId }) => orgId === slot.orgId && at >= from);
    await soon(isSent, answerMilliseconds - 500);
    link.cut('reset');
    const isOrphan = await soon(() => this.#isSpooled(connectionId), answerMilliseconds + 2_000);
    await replica.kill();
    if (isOrphan) this.#orphaned({ caller, orgId: slot.orgId });
    link.mend();
    await reading;
    const end = performance.now() + orphanedMilliseconds;
    while (performance.now() < end) for (const other of others) await this.#read(other, slot, 1, askNow);
    replica.start();
  }

  async #read(replica: Replica, slot: Slot, count: number, query?: string): Promise<void> {
    for (let read = 0; read < count; read += 1) {
      await this.services.readAt(replica, slot, query);
      await wait(readPauseMilliseconds);
    }
  }

  /** In a spool that the other replicas see. */
  async #isSpooled(connectionId: string | null): Promise<boolean> {
    const [folder, ...more] = this.scene.dataFolders;
    if (connectionId === null || folder === undefined || more.length > 0) return false;
    const names = await readdir(join(folder, 'spool')).catch(() => []);
    return names.some((name) => name.endsWith('.json') && name.includes(`_refresh_${connectionId}_`));
  }

  #orphaned(orphan: Orphan): void {
    this.scene.orphans.push(orphan);
    this.scene.findings.observed('answers that lay in a spool alone');
  }

  async #disconnectThrough(other: Replica, slot: Slot): Promise<void> {
    if (await this.people.disconnectThrough(slot, other.url))
      this.scene.findings.observed('disconnects behind a cut');
  }

  /** @returns the named slot, or one of the next ones where the replica has no token of it */
  async #servedBy(replica: Replica, index: number): Promise<Slot> {
    const { slots } = this.scene;
    for (let tried = 0; tried < mostTriedSlots; tried += 1) {
      const slot = existing(slots[(index + tried) % slots.length]);
      if (
        slot.standing === 'connected' &&
        !slot.isBusy &&
        (await this.services.readAt(replica, slot)) === 200
      )
        return slot;
    }
    return existing(slots[index]);
  }

  #chosen({ replica: index }: { readonly replica: number }): CutOff {
    const { replicas, links } = this.scene;
    const replica = existing(replicas[index]);
    const others = replicas.filter((each) => each !== replica);
    return { replica, link: existing(links[index]), others };
  }
}

/** @returns whether it came true within that time */
async function soon(isTrue: () => boolean | Promise<boolean>, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!(await isTrue())) {
    if (performance.now() > end) return false;
    await wait(50);
  }
  return true;
}

/** The token is bad from now on, and Deskera takes so long to refresh it once. */
export async function slowDownRefresh(
  deskera: DeskeraProcess,
  { orgId }: Slot,
  delayMilliseconds: number,
): Promise<void> {
  await deskera.fault({ operation: 'refresh', kind: 'delay', times: 1, orgId, delayMilliseconds });
  await deskera.tell(orgId, 'expire');
}

export function existing<Item>(item: Item | undefined): Item {
  if (item === undefined) throw new Error('the schedule names something that is not there');
  return item;
}
