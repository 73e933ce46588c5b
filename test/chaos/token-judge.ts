import type { DeskeraStory } from './deskera-story.js';
import type { Finding, Findings } from './findings.js';
import { times } from './settings.js';
import type { Losses } from './losses.js';
import type { Slot } from './slot.js';

/** One token that a replica handed out. Times are milliseconds since 1970. */
export interface HandedOut {
  readonly slot: Slot;
  readonly replica: string;
  readonly from: number;
  readonly to: number;
  readonly fingerprint: string;
  readonly verifiedAt: number;
  readonly expiresAt: number | null;
  readonly degraded: string | null;
  /** What the caller asked for. */
  readonly maxVerifiedAgeSeconds: number | null;
}

interface Rank {
  readonly grantedAt: number;
  readonly number: number;
}

interface Seen {
  readonly rank: Rank;
  readonly at: number;
}

const second = 1_000;
const mostSeen = 8;
/** Two clocks of one machine, read at different moments. */
const clockMilliseconds = 300;
/** A caller joins a question that is under way: it may be as old as the longest call. */
const joinedMilliseconds = (times.longestCallSeconds + 1) * second;

/** Holds every token that was handed out against what is promised of it. */
export class TokenJudge {
  /** Of each slot the newest token that was handed out, and when. */
  readonly #newest = new Map<Slot, readonly Seen[]>();
  readonly #knownBad = new Map<string, number>();

  constructor(
    private readonly story: DeskeraStory,
    private readonly findings: Findings,
    private readonly losses: Losses,
  ) {}

  /** The broker said so, at that moment. */
  knownBad(fingerprint: string, at: number): void {
    if (!this.#knownBad.has(fingerprint)) this.#knownBad.set(fingerprint, at);
  }

  /** @param handed oldest first; the story is told at least until then */
  judge(handed: HandedOut): void {
    const pair = this.story.token(handed.fingerprint);
    if (pair?.orgId !== handed.slot.orgId) {
      this.#found('foreignToken', handed);
      return;
    }
    const rank = { grantedAt: this.story.grantedAt(pair.grantId), number: pair.number };
    const allowed = this.#forgottenWithin(handed);
    this.#judgeOrder(handed, rank, allowed);
    this.#judgeConnects(handed, rank, allowed);
    const bad = this.#knownBad.get(handed.fingerprint);
    if (bad !== undefined && handed.from > bad + allowed && !this.losses.between(bad, handed.from))
      this.#found('knownBadToken', handed, handed.from - bad);
    this.#judgeLife(handed, this.story.tokenDeadAt(pair));
  }

  /** A replica that is cut off and says so may go on for a while. */
  #forgottenWithin({ degraded }: HandedOut): number {
    const cutOff = degraded === 'database_unavailable' ? times.serveWithoutDatabaseSeconds : 0;
    return (times.forgottenWithinSeconds + cutOff) * second;
  }

  #judgeOrder(handed: HandedOut, rank: Rank, allowed: number): void {
    const seen = this.#newest.get(handed.slot) ?? [];
    const newer = seen.find(
      (other) =>
        isNewer(other.rank, rank) &&
        other.at + allowed < handed.from &&
        !this.losses.between(other.at, handed.from),
    );
    if (newer !== undefined) this.#found('olderToken', handed, handed.from - newer.at);
    const newest = seen.at(-1)?.rank;
    if (newest !== undefined && !isNewer(rank, newest)) return;
    this.#newest.set(handed.slot, [...seen, { rank, at: handed.to }].slice(-mostSeen));
  }

  #judgeConnects(handed: HandedOut, rank: Rank, allowed: number): void {
    const { slot, from } = handed;
    const disconnect = slot.disconnectBefore(from - allowed);
    if (disconnect?.uncertain === false && rank.grantedAt < disconnect.from) {
      this.#found('disconnectedToken', handed, from - disconnect.to);
    }
    const connect = slot.connectBefore(from - allowed);
    if (connect?.uncertain === false && rank.grantedAt < connect.from)
      this.#found('replacedToken', handed, from - connect.to);
  }

  #judgeLife(handed: HandedOut, deadAt: number | null): void {
    const { expiresAt, from, verifiedAt, degraded, maxVerifiedAgeSeconds } = handed;
    if (expiresAt !== null && expiresAt + second < from) this.#found('deadToken', handed, from - expiresAt);
    if (deadAt === null) return;
    // Whoever was asked after its death would have said so.
    if (verifiedAt > deadAt + clockMilliseconds) this.#found('deadToken', handed, verifiedAt - deadAt);
    if (maxVerifiedAgeSeconds === null || degraded !== null) return;
    if (deadAt + maxVerifiedAgeSeconds * second + joinedMilliseconds < from) {
      this.#found('deadToken', handed, from - deadAt);
    }
  }

  #found(finding: Finding, handed: HandedOut, late = 0): void {
    const { slot, replica, fingerprint, from, degraded, verifiedAt, expiresAt } = handed;
    this.findings.found(
      finding,
      `${slot.tenantId} at ${new Date(from).toISOString()} from ${replica}: token ${fingerprint}, ` +
        `${String(late)} ms after it should have been forgotten, degraded ${String(degraded)}, ` +
        `verified ${timeOf(verifiedAt)}, expires ${expiresAt === null ? 'never' : timeOf(expiresAt)}`,
    );
  }
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function isNewer(a: Rank, b: Rank): boolean {
  return a.grantedAt > b.grantedAt || (a.grantedAt === b.grantedAt && a.number > b.number);
}
