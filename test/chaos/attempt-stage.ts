import { eventually } from '#kernel/testing';
import type { JournalEntry } from '#sandbox';
import { callBroker, type Answer } from './caller.js';
import type { CuttableLink } from './cuttable-link.js';
import { People } from './people.js';
import type { Replica } from './replica.js';
import type { Scene } from './scene.js';
import { times } from './settings.js';
import type { Slot } from './slot.js';
import { setStage } from './stage.js';

type Sending = JournalEntry & { readonly kind: 'refresh_arrived' };

/** A refresh of a token that is bad, held up by Deskera. */
export interface Refreshing {
  readonly slot: Slot;
  /** Who sent it, and its network to the database. */
  readonly holder: Replica;
  readonly link: CuttableLink;
  readonly sending: Sending;
  /** The last entry of Deskera's journal before all of this. */
  readonly after: number;
  /** Whoever asked for the token. */
  readonly caller: Promise<Answer | null>;
}

/** Three brokers in processes of their own, and connections whose refreshes can be caught in the middle. */
export class AttemptStage {
  #next = 0;
  /** How far Deskera's journal was read. */
  #read = 0;

  private constructor(
    readonly scene: Scene,
    private readonly opened: AsyncDisposableStack,
  ) {}

  static async open(): Promise<AttemptStage> {
    const opened = new AsyncDisposableStack();
    try {
      const options = { seed: 1, seconds: 0, connections: 8, sharedSpool: true, report: () => undefined };
      const scene = await setStage(options, opened);
      // Nothing is refreshed but what a test makes bad.
      await scene.deskera.settings({ tokenLifeSeconds: 3_600 });
      await new People(scene).connectAll();
      return new AttemptStage(scene, opened);
    } catch (error) {
      await opened.disposeAsync();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.opened.disposeAsync();
  }

  /** The refresh has arrived at Deskera, which answers so much later. */
  async refreshing({ delayMilliseconds }: { readonly delayMilliseconds: number }): Promise<Refreshing> {
    const { slots, deskera, replicas, links } = this.scene;
    const slot = existing(slots[this.#next]);
    this.#next += 1;
    const { orgId } = slot;
    const after = await this.#endOfJournal();
    await deskera.fault({ operation: 'refresh', kind: 'delay', times: 1, orgId, delayMilliseconds });
    await deskera.tell(orgId, 'expire');
    const caller = this.#token(existing(replicas[this.#next % replicas.length]), slot, 0);
    const sending = await this.#arrived(orgId, after);
    const index = replicas.findIndex(({ lifeName }) => lifeName === sending.caller);
    return { slot, holder: existing(replicas[index]), link: existing(links[index]), sending, after, caller };
  }

  /** As another replica answers: from what is stored, or after asking Deskera itself where it may. */
  readElsewhere({ holder, slot }: Refreshing): Promise<Answer | null> {
    const other = existing(this.scene.replicas.find((replica) => replica !== holder));
    return this.#token(other, slot, null);
  }

  /** How often Deskera saw the refresh token that was caught. */
  async sendings({ slot, sending, after }: Refreshing): Promise<readonly Sending[]> {
    return (await this.#sent(slot.orgId, after)).filter(({ number }) => number === sending.number);
  }

  async leaseHasEnded({ sending }: Refreshing): Promise<void> {
    const end = sending.at + (times.leaseSeconds + times.longestCallSeconds + 1) * 1_000;
    await eventually(() => Promise.resolve(Date.now() > end));
  }

  async #arrived(orgId: string, after: number): Promise<Sending> {
    let found: Sending | undefined;
    await eventually(async () => {
      found = (await this.#sent(orgId, after)).at(-1);
      return found !== undefined;
    });
    return existing(found);
  }

  async #sent(orgId: string, after: number): Promise<readonly Sending[]> {
    return (await this.#journal(after)).filter(
      (entry): entry is Sending => entry.kind === 'refresh_arrived' && entry.orgId === orgId,
    );
  }

  async #endOfJournal(): Promise<number> {
    this.#read = (await this.#journal(this.#read)).at(-1)?.seq ?? this.#read;
    return this.#read;
  }

  async #journal(after: number): Promise<readonly JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for (;;) {
      const { items } = await this.scene.deskera.journal(entries.at(-1)?.seq ?? after);
      if (items.length === 0) return entries;
      entries.push(...items);
    }
  }

  #token(replica: Replica, { tenantId }: Slot, maxVerifiedAge: number | null): Promise<Answer | null> {
    const age = maxVerifiedAge === null ? '' : `&maxVerifiedAgeSeconds=${String(maxVerifiedAge)}`;
    const path = `/v1/tenants/${tenantId}/deskera-token?minTtlSeconds=1${age}`;
    return callBroker(replica.url, path, { key: this.scene.adminKey });
  }
}

function existing<Item>(item: Item | undefined): Item {
  if (item === undefined) throw new Error('the stage lacks what the test asks for');
  return item;
}
