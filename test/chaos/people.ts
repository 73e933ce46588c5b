import { setTimeout as wait } from 'node:timers/promises';
import { callBroker, type Answer, type Request } from './caller.js';
import type { Scene } from './scene.js';
import type { Slot } from './slot.js';

const mostTries = 12;
const mostReconnects = 6;

interface OpenedLink {
  readonly state: string;
  readonly cookie: string | null;
}

/** The people who connect orgs and take them away again, each step at another replica. */
export class People {
  #reconnecting = 0;
  #stopped = false;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(private readonly scene: Scene) {}

  /** Nobody starts anything any more; resolves when all have finished. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#underWay);
  }

  async connectAll(): Promise<void> {
    const waiting = [...this.scene.slots];
    const worker = async (): Promise<void> => {
      for (let slot = waiting.pop(); slot !== undefined; slot = waiting.pop()) {
        const present = slot;
        await present.alone(() => this.#connect(present));
        if (present.standing !== 'connected')
          throw new Error(`${present.tenantId} could not be connected at the start`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  }

  connect(slot: Slot): void {
    this.#begin(slot, () => this.#connect(slot));
  }

  disconnect(slot: Slot): void {
    this.#begin(slot, () => this.#disconnect(slot));
  }

  /** Through that replica. Resolves with whether it is done; null where somebody else is at it. */
  async disconnectThrough(slot: Slot, url: string): Promise<boolean | null> {
    return slot.alone(async () => {
      await this.#disconnect(slot, url);
      return slot.standing === 'disconnected';
    });
  }

  /** After a while, as somebody who was told. Few at a time: the rest is told again. */
  reconnectSoon(slot: Slot): void {
    if (this.#reconnecting >= mostReconnects || slot.isBusy || this.#stopped) return;
    this.#reconnecting += 1;
    this.#begin(slot, async () => {
      try {
        await wait(this.scene.random.between(500, 2_500));
        if (!this.#stopped) await this.#connect(slot);
      } finally {
        this.#reconnecting -= 1;
      }
    });
  }

  #begin(slot: Slot, act: () => Promise<void>): void {
    if (this.#stopped) return;
    const doing = slot.alone(act).finally(() => this.#underWay.delete(doing));
    this.#underWay.add(doing);
  }

  async #connect(slot: Slot): Promise<void> {
    const { deskera, findings } = this.scene;
    const from = Date.now();
    const opened = await this.#openLink(slot);
    if (opened === null) {
      findings.observed('connects that did not begin');
      return;
    }
    // From here on an answer that is missing says nothing about what was stored.
    const before = slot.standing;
    slot.standing = 'either';
    const { state, cookie } = opened;
    const code = await deskera.code(slot.orgId, slot.apiVersion);
    const callback = `/oauth/callback?${new URLSearchParams({ code, state, scope: 'write' }).toString()}`;
    const answer = await this.#persistently(callback, 'GET', { cookie });
    findings.observed(`connects answered ${String(answer?.status ?? 'never')}`);
    if (answer !== null && isConnected(answer)) slot.connected(from, Date.now());
    else if (answer !== null && answer.status < 500) slot.standing = before;
    this.#doubtLost(slot, from);
    this.#doubtSpooled(slot, from);
  }

  /** What was answered while the database failed over may be gone. */
  #doubtLost(slot: Slot, from: number): void {
    if (this.scene.losses.touch(from, Date.now())) slot.doubt(from, Date.now());
  }

  /** A connect that was answered from the spool is seen by one replica alone. */
  #doubtSpooled(slot: Slot, from: number): void {
    if (this.scene.losses.maySpool(from, Date.now())) slot.doubt(from, Date.now());
  }

  /** The `state` that Deskera is to give back, and the browser's cookie; null where no link was to be had, or it did not open. */
  async #openLink({ tenantId, orgId, apiVersion }: Slot): Promise<OpenedLink | null> {
    const sessions = `/v1/tenants/${tenantId}/connect-sessions`;
    const { connectUrl } =
      (await this.#persistently(sessions, 'POST', { body: { org: orgId, apiVersion } }))?.json ?? {};
    if (typeof connectUrl !== 'string') return null;
    const opened = await this.#persistently(new URL(connectUrl).pathname, 'GET');
    const state = opened?.location == null ? null : new URL(opened.location).searchParams.get('state');
    return state === null ? null : { state, cookie: opened?.cookie ?? null };
  }

  async #disconnect(slot: Slot, url = this.#somewhere()): Promise<void> {
    const { adminKey, findings } = this.scene;
    const list = await this.#persistently(`/v1/tenants/${slot.tenantId}/connections`, 'GET');
    const [item] = (list?.json['items'] ?? []) as { connectionId: string; status: string }[];
    if (item === undefined || item.status === 'disconnected') return;
    slot.standing = 'either';
    const from = Date.now();
    const path = `/v1/tenants/${slot.tenantId}/connections/${item.connectionId}`;
    const answer = await callBroker(url, path, { method: 'DELETE', key: adminKey });
    findings.observed(`disconnects answered ${String(answer?.status ?? 'never')}`);
    if (answer?.status !== 204) return;
    slot.disconnected(from, Date.now());
    this.#doubtLost(slot, from);
  }

  /** As a browser, or Deskera, that tries again where nothing came or the broker asks for it. */
  async #persistently(
    path: string,
    method: string,
    request: Pick<Request, 'body' | 'cookie'> = {},
  ): Promise<Answer | null> {
    let last: Answer | null = null;
    for (let tries = 0; tries < mostTries; tries += 1) {
      const answer = await callBroker(this.#somewhere(), path, {
        ...request,
        method,
        key: this.scene.adminKey,
      });
      last = answer ?? last;
      if (answer !== null && answer.status !== 503) return answer;
      await wait(300 + 100 * tries);
    }
    return last;
  }

  #somewhere(): string {
    return this.scene.random.pick(this.scene.replicas).url;
  }
}

/** V1's callback says so itself; V2's sends the browser on. */
function isConnected({ status, location }: Answer): boolean {
  if (status === 200) return true;
  return status === 303 && location?.includes('status=connected') === true;
}
