/** What happened, for a test that has to judge its client afterwards; tokens are named by fingerprint alone. */
export type JournalEvent =
  | {
      readonly kind: 'issued';
      readonly grantId: string;
      readonly orgId: string;
      /** The first 16 hex digits of the SHA-256 of each. */
      readonly token: string;
      readonly refreshToken: string;
      /** Rises over all tokens: of the same grant the higher is the newer. */
      readonly number: number;
      /** The refresh token that was spent for it; null where a code was exchanged. */
      readonly spentNumber: number | null;
    }
  | {
      readonly kind: 'refresh_arrived';
      readonly callId: number;
      /** What the caller calls itself in `x-sandbox-caller`; null where it does not. */
      readonly caller: string | null;
      readonly grantId: string;
      readonly orgId: string;
      readonly number: number;
    }
  | {
      readonly kind: 'refresh_ended';
      readonly callId: number;
      readonly outcome: string;
      /** True: the whole answer went out; false: the connection ended before that, by whomever. */
      readonly answered: boolean;
    }
  | { readonly kind: 'family_revoked'; readonly grantId: string; readonly orgId: string }
  | {
      readonly kind: 'org_revoked' | 'org_expired';
      readonly orgId: string;
      /** What was numbered up to here is meant. */
      readonly throughNumber: number;
    };

export type JournalEntry = JournalEvent & {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
};

export interface JournalPage {
  readonly items: readonly JournalEntry[];
  /** Entries after the one asked for that are not kept any more. */
  readonly dropped: number;
}

/** The newest events, in order; of more than the limit the oldest are dropped. */
export class Journal {
  private entries: JournalEntry[] = [];
  private written = 0;
  private calls = 0;

  constructor(private readonly mostEntries = 50_000) {}

  /** For the entries of one call. */
  nextCallId(): number {
    this.calls += 1;
    return this.calls;
  }

  write(at: number, event: JournalEvent): void {
    this.written += 1;
    this.entries.push({ ...event, seq: this.written, at });
    // In large steps: moving all entries for each new one would cost more than what is written down.
    if (this.entries.length > this.mostEntries * 1.1) this.entries = this.entries.slice(-this.mostEntries);
  }

  after(seq: number, limit: number): JournalPage {
    const first = this.written - this.entries.length;
    const from = Math.max(seq - first, 0);
    return { items: this.entries.slice(from, from + limit), dropped: Math.max(first - seq, 0) };
  }
}
