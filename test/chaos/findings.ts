/** What must not happen, and the words of the table for it. */
const forbidden = {
  sentWhileInFlight: 'refresh tokens sent again while an answer was still to come',
  sentWhileInHand: 'refresh tokens sent again with an answer in our hands',
  lostUntold: 'connections lost without being told',
  toldWrongly: 'connections told lost that were alive, or with the wrong reason',
  olderToken: 'older tokens handed out after a newer one',
  deadToken: 'tokens handed out beyond the promised time after their death',
  knownBadToken: 'known-bad tokens handed out after one second',
  disconnectedToken: 'tokens of disconnected connections after one second',
  replacedToken: 'tokens of a replaced connect after one second',
  foreignToken: 'tokens of another org, or never issued',
  wrongReport: 'reports answered wrongly',
  reportsMissing: 'reports that found no door',
  wrongStatus: 'connections with a wrong status at the end',
  stuck: 'stuck leases and open attempts',
  spoolLeft: 'grants still in the spool, or unreadable there',
  unexpectedAnswer: 'answers that no contract knows',
  lateAnswer: 'answers later than promised',
  noAnswer: 'calls that a running broker left without an answer',
  clientBlamed: 'answers that blame the client, which Deskera never refused',
  brokenWhileStopping: 'stops in order that broke connections under their callers',
  processEnd: 'processes that ended by themselves, or did not stop in time',
  defects: 'unhandled rejections and other defects in the logs',
  growth: 'replicas that grew, or leaked sockets',
  blind: 'events at Deskera that went unseen here',
} as const;

export type Finding = keyof typeof forbidden;

const mostEvidence = 5;
const mostBrokenByStop = 2;

/** Counts what must not happen, with the first few as evidence; and what may, for the reader's judgement. */
export class Findings {
  readonly #counts = new Map<Finding, number>();
  readonly #brokenByStop = new Map<string, number>();
  readonly #evidence: string[] = [];
  readonly #chronicle: string[] = [];
  readonly #observed = new Map<string, number | string>();

  found(finding: Finding, evidence: string): void {
    const count = (this.#counts.get(finding) ?? 0) + 1;
    this.#counts.set(finding, count);
    if (count <= mostEvidence) this.#evidence.push(`${finding}: ${evidence}`);
  }

  /**
   * A connection ended under its caller while that process stopped in order. A client may use a kept connection in the very
   * moment in which the process closes it, so the first few do not count.
   */
  brokenByStop(lifeName: string, evidence: string): void {
    const count = (this.#brokenByStop.get(lifeName) ?? 0) + 1;
    this.#brokenByStop.set(lifeName, count);
    if (count > mostBrokenByStop) this.found('brokenWhileStopping', evidence);
  }

  /** Not judged, but shown. */
  observed(what: string, by = 1): void {
    const before = this.#observed.get(what);
    this.#observed.set(what, (typeof before === 'number' ? before : 0) + by);
  }

  /** What was done, and when: what was found can be told from that. */
  happened(words: string): void {
    this.#chronicle.push(`${new Date().toISOString()} ${words}`);
  }

  noted(what: string, value: string): void {
    this.#observed.set(what, value);
  }

  count(finding: Finding): number {
    return this.#counts.get(finding) ?? 0;
  }

  get evidence(): readonly string[] {
    return this.#evidence;
  }

  get chronicle(): readonly string[] {
    return this.#chronicle;
  }

  isClean(): boolean {
    return this.#counts.size === 0;
  }

  table(): string {
    const judged = Object.entries(forbidden).map(
      ([finding, words]) => [words, String(this.count(finding as Finding))] as const,
    );
    const shown = [...this.#observed]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([what, value]) => [what, String(value)] as const);
    const width = Math.max(...[...judged, ...shown].map(([words]) => words.length));
    const rows = (of: readonly (readonly [string, string])[]) =>
      of.map(([words, value]) => `  ${words.padEnd(width)}  ${value.padStart(8)}`);
    return ['must be zero', ...rows(judged), 'seen', ...rows(shown)].join('\n');
  }
}
