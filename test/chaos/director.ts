import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '#sandbox';
import { callBroker } from './caller.js';
import type { People } from './people.js';
import type { Replica } from './replica.js';
import type { Scene } from './scene.js';
import type { Deed, Step } from './schedule.js';
import type { CuttableLink } from './cuttable-link.js';
import type { Slot } from './slot.js';

/** Does what the schedule says, when it says so. */
export class Director {
  readonly #underWay = new Set<Promise<void>>();
  #database: Promise<void> = Promise.resolve();

  constructor(
    private readonly scene: Scene,
    private readonly people: People,
  ) {}

  /** Resolves when all was done and undone again. */
  async play(steps: readonly Step[], seconds: number): Promise<void> {
    const begun = performance.now();
    for (const { at, deed } of steps) {
      await wait(Math.max(at - (performance.now() - begun), 0));
      this.#begin(deed);
    }
    await wait(Math.max(seconds * 1_000 - (performance.now() - begun), 0));
    await Promise.all(this.#underWay);
  }

  #begin(deed: Deed): void {
    this.scene.findings.observed(`done: ${nameOf(deed)}`);
    if ('replica' in deed || deed.kind.endsWith('database'))
      this.scene.findings.happened(JSON.stringify(deed));
    const doing = this.#do(deed).finally(() => this.#underWay.delete(doing));
    this.#underWay.add(doing);
  }

  async #do(deed: Deed): Promise<void> {
    const { deskera } = this.scene;
    switch (deed.kind) {
      case 'kill':
        await this.#kill(this.#replica(deed.replica), deed.downMilliseconds);
        return;
      case 'pause':
        await pause(this.#replica(deed.replica), deed.milliseconds);
        return;
      case 'cut':
        await cut(this.#link(deed.replica), deed);
        return;
      case 'restart_database':
        await this.#inTurn(() => this.scene.postgres.restart());
        return;
      case 'kill_database':
        await this.#inTurn(async () => {
          await this.scene.postgres.kill();
          await wait(deed.downMilliseconds);
          await this.scene.postgres.restart();
        });
        return;
      case 'fault': {
        await deskera.fault(faultOf(deed));
        return;
      }
      case 'latency':
        await deskera.settings({ latencyMilliseconds: deed.latencyMilliseconds });
        await wait(deed.milliseconds);
        await deskera.settings({ latencyMilliseconds: 0 });
        return;
      case 'revoke':
      case 'expire':
        await deskera.tell(this.#slot(deed.slot).orgId, deed.kind);
        return;
      case 'disconnect':
        this.people.disconnect(this.#slot(deed.slot));
        return;
      case 'reconnect_during_refresh':
        await this.#reconnect(this.#slot(deed.slot), deed);
    }
  }

  /** A server that takes long to come back is not stopped again before it has. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#database = this.#database.then(act);
    return this.#database;
  }

  async #kill(replica: Replica, downMilliseconds: number): Promise<void> {
    await replica.kill();
    await wait(downMilliseconds);
    replica.start();
  }

  /** A caller makes the broker refresh, Deskera takes its time, and meanwhile somebody connects anew. */
  async #reconnect(
    slot: Slot,
    { afterMilliseconds, delayMilliseconds }: Extract<Deed, { kind: 'reconnect_during_refresh' }>,
  ): Promise<void> {
    const { deskera, adminKey, replicas, random } = this.scene;
    const { orgId } = slot;
    await deskera.fault({ operation: 'refresh', kind: 'delay', times: 1, orgId, delayMilliseconds });
    await deskera.tell(orgId, 'expire');
    const path = `/v1/tenants/${slot.tenantId}/deskera-token?maxVerifiedAgeSeconds=0`;
    const caller = callBroker(random.pick(replicas).url, path, { key: adminKey });
    await wait(afterMilliseconds);
    this.people.connect(slot);
    await caller;
  }

  #replica(index: number): Replica {
    return existing(this.scene.replicas[index]);
  }

  #link(index: number): CuttableLink {
    return existing(this.scene.links[index]);
  }

  #slot(index: number): Slot {
    return existing(this.scene.slots[index]);
  }
}

async function pause(replica: Replica, milliseconds: number): Promise<void> {
  replica.pause();
  await wait(milliseconds);
  replica.resume();
}

async function cut(link: CuttableLink, { how, milliseconds }: Extract<Deed, { kind: 'cut' }>): Promise<void> {
  link.cut(how);
  await wait(milliseconds);
  link.mend();
}

/** In the sandbox's words, `kind` is the fault's. */
function faultOf(deed: Extract<Deed, { kind: 'fault' }>): Partial<Fault> {
  const { operation, fault: kind, times, status, delayMilliseconds } = deed;
  return {
    operation,
    kind,
    times,
    ...(status === undefined ? {} : { status }),
    ...(delayMilliseconds === undefined ? {} : { delayMilliseconds }),
  };
}

function nameOf(deed: Deed): string {
  if (deed.kind === 'fault') return `${deed.operation} ${deed.fault}`;
  return deed.kind === 'cut' ? `cut ${deed.how}` : deed.kind;
}

function existing<Item>(item: Item | undefined): Item {
  if (item === undefined) throw new Error('the schedule names something that is not there');
  return item;
}
