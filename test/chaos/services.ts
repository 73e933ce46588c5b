import { setTimeout as wait } from 'node:timers/promises';
import { askBroker, type Answer } from './caller.js';
import { MachineSlowness } from './machine-slowness.js';
import { judgeOutcome } from './outcome-judge.js';
import type { People } from './people.js';
import type { Random } from './random.js';
import type { Replica } from './replica.js';
import type { Scene } from './scene.js';
import { times } from './settings.js';
import type { Slot } from './slot.js';
import type { HandedOut, TokenJudge } from './token-judge.js';

const readers = 8;
const reporters = 2;
const askedAgeSeconds = 3;
const noDoor = 'not_found';

interface Held {
  readonly slot: Slot;
  readonly token: string;
  readonly fingerprint: string;
}

/** A report that said `still_valid`, to be held against what Deskera knew when it was made. */
interface StillValid {
  readonly fingerprint: string;
  readonly from: number;
  readonly to: number;
}

/** The sibling services: they read tokens, use them at Deskera, and report those that are refused. */
export class Services {
  readonly #slowness = new MachineSlowness();
  readonly #over = new AbortController();
  readonly #loops: Promise<void>[] = [];
  readonly #held: Held[] = [];
  #unjudged: HandedOut[] = [];
  #stillValid: StillValid[] = [];

  constructor(
    private readonly scene: Scene,
    private readonly people: People,
    private readonly judge: TokenJudge,
  ) {}

  start(): void {
    for (let index = 0; index < readers; index += 1) this.#loops.push(this.#read(this.scene.random.fork()));
    for (let index = 0; index < reporters; index += 1)
      this.#loops.push(this.#report(this.scene.random.fork()));
  }

  /** Reads once at that replica; what comes back is judged like every other answer. */
  async readAt(replica: Replica, slot: Slot, query = 'minTtlSeconds=2'): Promise<number | null> {
    const answer = await this.#call(replica, `/v1/tenants/${slot.tenantId}/deskera-token?${query}`);
    if (answer?.status === 200) this.#handedOut(slot, replica, answer, null);
    return answer?.status ?? null;
  }

  /** @returns null where the replica serves no token of it */
  async connectionIdOf(replica: Replica, { tenantId }: Slot): Promise<string | null> {
    const answer = await this.#call(replica, `/v1/tenants/${tenantId}/deskera-token`);
    const connectionId = answer?.json['connectionId'];
    return typeof connectionId === 'string' ? connectionId : null;
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#loops);
  }

  /** @param until the story of Deskera is told until then */
  judgeUntil(until: number): void {
    const ready = this.#unjudged.filter(({ to }) => to < until).toSorted((a, b) => a.to - b.to);
    this.#unjudged = this.#unjudged.filter(({ to }) => to >= until);
    for (const handed of ready) this.judge.judge(handed);
    const reports = this.#stillValid.filter(({ to }) => to < until);
    this.#stillValid = this.#stillValid.filter(({ to }) => to >= until);
    for (const report of reports) this.#judgeReport(report);
  }

  async #read(random: Random): Promise<void> {
    while (!this.#over.signal.aborted) {
      const slot = random.pick(this.scene.slots);
      const replica = random.pick(this.scene.replicas);
      const age = random.next() < 0.2 ? askedAgeSeconds : null;
      const query = `minTtlSeconds=2${age === null ? '' : `&maxVerifiedAgeSeconds=${String(age)}`}`;
      const answer = await this.#call(replica, `/v1/tenants/${slot.tenantId}/deskera-token?${query}`);
      if (answer?.status === 200) this.#handedOut(slot, replica, answer, age);
      if (answer?.status === 409 || answer?.json['code'] === 'not_connected') this.people.reconnectSoon(slot);
      await wait(random.between(20, 100));
    }
  }

  #handedOut(
    slot: Slot,
    replica: Replica,
    { json, from, to }: Answer,
    maxVerifiedAgeSeconds: number | null,
  ): void {
    const { fingerprint, deskeraToken, verifiedAt, expiresAt, degraded } = json;
    this.#unjudged.push({
      slot,
      replica: replica.lifeName,
      from,
      to,
      fingerprint: String(fingerprint),
      verifiedAt: this.#here(String(verifiedAt)),
      expiresAt: typeof expiresAt === 'string' ? this.#here(expiresAt) : null,
      degraded: typeof degraded === 'string' ? degraded : null,
      maxVerifiedAgeSeconds,
    });
    if (typeof degraded === 'string') this.scene.findings.observed(`reads degraded: ${degraded}`);
    this.#held.push({ slot, token: String(deskeraToken), fingerprint: String(fingerprint) });
    if (this.#held.length > 300) this.#held.splice(0, 100);
  }

  /** The broker's times are the database's. */
  #here(time: string): number {
    const milliseconds = Date.parse(time);
    return this.scene.clock?.here(milliseconds) ?? milliseconds;
  }

  async #report(random: Random): Promise<void> {
    while (!this.#over.signal.aborted) {
      await wait(random.between(100, 300));
      const held = this.#held.splice(random.whole(0, Math.max(this.#held.length - 1, 0)), 1)[0];
      if (held === undefined) continue;
      const status = await this.scene.deskera.useToken(held.token).catch(() => 0);
      this.scene.findings.observed(`tokens used at Deskera: ${String(status)}`);
      // One that is good is reported now and then: there are callers that are wrong.
      if (status === 401 || random.next() < 0.05)
        await this.#reportOne(held, random.pick(this.scene.replicas));
    }
  }

  async #reportOne({ slot, fingerprint }: Held, replica: Replica): Promise<void> {
    const { findings } = this.scene;
    const path = `/v1/tenants/${slot.tenantId}/deskera-token/rejections`;
    const answer = await this.#call(replica, path, { fingerprint });
    if (answer === null) return;
    if (answer.status === 404 && answer.json['code'] === noDoor) {
      findings.found('reportsMissing', `POST ${path} is not there`);
      return;
    }
    const outcome = answer.json['outcome'];
    findings.observed(`reports: ${typeof outcome === 'string' ? outcome : String(answer.status)}`);
    if (outcome === 'refreshed') this.judge.knownBad(fingerprint, answer.to);
    if (outcome === 'still_valid') this.#stillValid.push({ fingerprint, from: answer.from, to: answer.to });
    const same = answer.json['fingerprint'] === fingerprint;
    if (answer.status === 200 && same !== (outcome === 'still_valid')) {
      findings.found(
        'wrongReport',
        `${slot.tenantId}: ${String(outcome)} with ${same ? 'the same' : 'another'} token`,
      );
    }
  }

  /** Deskera was asked after the report came in, or a question that was under way was joined. */
  #judgeReport({ fingerprint, from }: StillValid): void {
    const { story, findings } = this.scene;
    const pair = story.token(fingerprint);
    const deadAt = pair === null ? null : story.tokenDeadAt(pair);
    if (deadAt === null || deadAt + (times.longestCallSeconds + 1) * 1_000 > from) return;
    findings.found(
      'wrongReport',
      `token ${fingerprint} called still_valid ${String(from - deadAt)} ms after its death`,
    );
  }

  async #call(replica: Replica, path: string, body?: unknown): Promise<Answer | null> {
    const { findings, adminKey } = this.scene;
    const method = body === undefined ? 'GET' : 'POST';
    const outcome = await askBroker(replica.url, path, { method, key: adminKey, body });
    return judgeOutcome(findings, replica, `${method} ${path}`, outcome, () => this.#slowness.now());
  }
}
