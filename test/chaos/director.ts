import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '#sandbox';
import { callBroker } from './caller.js';
import type { People } from './people.js';
import { gatewayFaults } from './gateway.js';
import type { Replica } from './replica.js';
import type { Scene } from './scene.js';
import type { Deed, Step } from './schedule.js';
import { CutOffReplica, existing, slowDownRefresh } from './cut-off-replica.js';
import type { Services } from './services.js';
import type { Slot } from './slot.js';

/** Does what the schedule says, when it says so. */
export class Director {
  readonly #underWay = new Set<Promise<void>>();
  readonly #cutOff: CutOffReplica;
  #database: Promise<void> = Promise.resolve();

  constructor(
    private readonly scene: Scene,
    private readonly people: People,
    private readonly services: Services,
  ) {
    this.#cutOff = new CutOffReplica(scene, people, services);
  }

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
    if ('replica' in deed || deed.kind.endsWith('database') || deed.kind === 'gateway')
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
        await this.#cutOff.cut(deed);
        return;
      case 'restart_database':
        await this.#inTurn(() => this.scene.databases.restart());
        return;
      case 'kill_database':
        await this.#inTurn(async () => {
          await this.scene.databases.kill();
          await wait(deed.downMilliseconds);
          await this.scene.databases.restart();
        });
        return;
      case 'stop':
        await this.#stop(this.#replica(deed.replica), deed.downMilliseconds);
        return;
      case 'fail_over_database':
        await this.#inTurn(() => this.#failOver(deed.behindMilliseconds));
        return;
      case 'return_late_to_database':
        await this.#inTurn(() => this.#cutOff.returnLate(deed));
        return;
      case 'refuse_writes_of_database':
        await this.#inTurn(() => this.#refuseWrites(deed));
        return;
      case 'step_clock_of_database':
        await this.scene.clock?.step(deed.seconds);
        return;
      case 'orphan_answer':
        await this.#cutOff.orphanAnswer(deed);
        return;
      case 'crowd':
        await this.#crowd(deed);
        return;
      case 'gateway':
        for (const fault of gatewayFaults(deed.form)) await deskera.fault(fault);
        await wait(deed.milliseconds);
        await deskera.clearFaults();
        return;
      case 'disable_user':
        await deskera.fault({
          operation: 'refresh',
          kind: 'status',
          status: 401,
          times: deed.times,
          orgId: this.#slot(deed.slot).orgId,
          body: { error: 'unauthorized', error_description: 'User is disabled' },
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

  async #stop(replica: Replica, downMilliseconds: number): Promise<void> {
    if (!(await replica.stop()))
      this.scene.findings.found('processEnd', `${replica.lifeName} did not stop within 25 s`);
    await wait(downMilliseconds);
    replica.start();
  }

  async #failOver(behindMilliseconds: number): Promise<void> {
    const { databases, findings, links, losses, slots } = this.scene;
    if (!(await databases.failOver(links, behindMilliseconds))) {
      findings.observed('failovers without a standby');
      return;
    }
    for (const slot of slots) if (losses.latest !== null) slot.doubt(losses.latest.from, losses.latest.to);
    await databases.prepareStandby();
  }

  async #refuseWrites({
    how,
    milliseconds,
  }: Extract<Deed, { kind: 'refuse_writes_of_database' }>): Promise<void> {
    const { databases, losses } = this.scene;
    const end = losses.refuseWrites();
    await databases.refuseWrites(how);
    await wait(milliseconds);
    await databases.acceptWrites(how);
    end();
  }

  async #crowd({
    replica: index,
    slot: slotIndex,
    callers,
  }: Extract<Deed, { kind: 'crowd' }>): Promise<void> {
    const replica = this.#replica(index);
    const slot = this.#slot(slotIndex);
    await slowDownRefresh(this.scene.deskera, slot, 1_000);
    const query = 'maxVerifiedAgeSeconds=0';
    await Promise.all(Array.from({ length: callers }, () => this.services.readAt(replica, slot, query)));
  }

  /** A caller makes the broker refresh, Deskera takes its time, and meanwhile somebody connects anew. */
  async #reconnect(
    slot: Slot,
    { afterMilliseconds, delayMilliseconds }: Extract<Deed, { kind: 'reconnect_during_refresh' }>,
  ): Promise<void> {
    const { adminKey, replicas, random } = this.scene;
    await slowDownRefresh(this.scene.deskera, slot, delayMilliseconds);
    const path = `/v1/tenants/${slot.tenantId}/deskera-token?maxVerifiedAgeSeconds=0`;
    const caller = callBroker(random.pick(replicas).url, path, { key: adminKey });
    await wait(afterMilliseconds);
    this.people.connect(slot);
    await caller;
  }

  #replica(index: number): Replica {
    return existing(this.scene.replicas[index]);
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
