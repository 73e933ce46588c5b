/** A change of one source file. The search text stands once in the file. */
export interface Edit {
  readonly file: string;
  readonly search: string;
  readonly replacement: string;
}

/** A fault that is planted in the sources, and the specs that have to notice it. */
export interface PlantedFault extends Edit {
  readonly name: string;
  /** The nearest specs; none of them starts a whole process. */
  readonly noticedBy: readonly string[];
  /**
   * Chaos has to notice the fault within three seeds of a minute. The edits remove the other guards against the same harm: the
   * whole service shows a fault only where no second guard stops it.
   */
  readonly chaosNotices?: { readonly withoutGuards: readonly Edit[] };
}

const tokens = 'libs/tokens/internal';
const store = 'libs/store/internal';

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'the lease is never renewed during a call',
    file: `${tokens}/lease-keeper.ts`,
    search: '    wait();\n    return () => {',
    replacement: '    return () => {',
    noticedBy: [`${tokens}/lease-keeper.spec.ts`],
  },
  {
    name: 'milliseconds compared with seconds: there is always time left for a call',
    file: `${tokens}/lease-keeper.ts`,
    search: 'return left >= this.options.timeoutSeconds * 1_000;',
    replacement: 'return left >= this.options.timeoutSeconds;',
    noticedBy: [`${tokens}/lease-keeper.spec.ts`],
  },
  {
    name: 'two refreshes of one connection at once in one process',
    file: `${tokens}/refresher.ts`,
    search: '    if (this.#underWay.has(connectionId)) return this.#leave(order, lost);\n',
    replacement: '',
    noticedBy: [`${tokens}/refresher.spec.ts`],
    chaosNotices: {
      withoutGuards: [
        {
          file: `${tokens}/connection-calls.ts`,
          search: '    if (present !== undefined) return present;\n',
          replacement: '    void present;\n',
        },
      ],
    },
  },
  {
    name: 'a refresh token is written to the log',
    file: `${tokens}/refresher.ts`,
    search: '    const sentAt = this.clock.monotonicMilliseconds();\n',
    replacement:
      '    this.#logger.log(refreshToken.reveal());\n    const sentAt = this.clock.monotonicMilliseconds();\n',
    noticedBy: [`${tokens}/refresher.spec.ts`],
  },
  {
    name: 'a check that throws does not release its lease',
    file: `${tokens}/checker.ts`,
    search: '        await this.leases.release(lease).catch(() => undefined);\n',
    replacement: '',
    noticedBy: [`${tokens}/checker.spec.ts`],
  },
  {
    name: "a verdict on another connect's attempt is saved",
    file: `${tokens}/verdict-saves.ts`,
    search:
      '      present.attemptProcessId === record.attemptProcessId &&\n      present.connectNumber === record.connectNumber;',
    replacement: '      present.attemptProcessId === record.attemptProcessId;',
    noticedBy: [`${tokens}/verdict-saves.spec.ts`],
  },
  {
    name: 'nothing in the token cache is forgotten on a reset of the change feed',
    file: `${tokens}/token-cache.ts`,
    search: '    this.#forgotten.clear();\n    this.#tokens.clear();\n',
    replacement: '    this.#forgotten.clear();\n',
    noticedBy: [`${tokens}/token-cache.spec.ts`],
  },
  {
    name: 'a reading that began before a reset is kept in the token cache',
    file: `${tokens}/token-cache.ts`,
    search: '    this.#voidBefore = this.#moment;\n',
    replacement: '',
    noticedBy: [`${tokens}/token-cache.spec.ts`],
  },
  {
    name: 'proof of freshness counted from the answer instead of the sending',
    file: `${store}/polled-change-feed.ts`,
    search: '      this.#provenAt = sentAt;',
    replacement: '      this.#provenAt = this.clock.monotonicMilliseconds();',
    noticedBy: [`${store}/change-feed-proof.spec.ts`],
  },
  {
    name: 'proof of freshness ignored',
    file: `${store}/polled-change-feed.ts`,
    search: 'return this.clock.monotonicMilliseconds() - this.#provenAt <= proofMilliseconds;',
    replacement: 'return this.#provenAt <= Infinity;',
    noticedBy: [`${store}/change-feed-proof.spec.ts`],
    chaosNotices: { withoutGuards: [] },
  },
  {
    name: 'NOTIFY is never sent',
    file: `${store}/polled-change-feed.ts`,
    search: '      this.database.rows(notify, []).catch(() => {',
    replacement: '      Promise.resolve([]).catch(() => {',
    noticedBy: [`${store}/change-feed-proof.spec.ts`],
  },
  {
    name: 'nothing is suspected lost in another life of the server',
    file: `${store}/polled-change-feed.ts`,
    search: '    this.origin.suspect();\n',
    replacement: '',
    noticedBy: [`${store}/change-feed-proof.spec.ts`],
  },
  {
    name: 'change rows are pruned after ten seconds',
    file: `${store}/connection-listing-sql.ts`,
    search: "   DELETE FROM change WHERE at < least(now(), $1::timestamptz) - interval '10 minutes'`",
    replacement: "   DELETE FROM change WHERE at < least(now(), $1::timestamptz) - interval '10 seconds'`",
    noticedBy: [`${store}/connection-listing-sql.spec.ts`],
  },
  {
    name: 'the page of events repeats its last row',
    file: `${store}/connection-listing-sql.ts`,
    search: 'event_id < $2',
    replacement: 'event_id <= $2',
    noticedBy: [`${store}/connection-listing-sql.spec.ts`],
  },
  {
    name: 'a claim turns synchronous_commit off for the whole session',
    file: `${store}/due-claims.ts`,
    search: "set_config('synchronous_commit', 'off', true)",
    replacement: "set_config('synchronous_commit', 'off', false)",
    noticedBy: [`${store}/due-claims.spec.ts`],
    chaosNotices: { withoutGuards: [] },
  },
  {
    name: 'an adoption does not ask whether another connection holds the pair',
    file: `${store}/connection-adoptions-sql.ts`,
    search: "if (holder.some(({ ours }) => !ours)) return { kind: 'held_elsewhere' };",
    replacement: '',
    noticedBy: [`${store}/adoption-claims.spec.ts`],
  },
  {
    name: 'the comparison of key hashes is not constant-time',
    file: 'libs/access/internal/remembered-key.ts',
    search: 'timingSafeEqual(live, sha256)',
    replacement: 'live.equals(sha256)',
    noticedBy: ['libs/access/internal/remembered-key.spec.ts'],
  },
  {
    name: "a pair's claim ends while the pair waits in the spool",
    file: `${tokens}/pair-claims.ts`,
    search: 'if (isStored(result)) await this.#end(claim);',
    replacement: 'await this.#end(claim);\n      void isStored;',
    noticedBy: [`${tokens}/pair-claims.spec.ts`],
  },
  {
    name: 'a spool file is not fsynced',
    file: `${store}/spool/spool-disk.ts`,
    search: '    await file.sync();\n',
    replacement: '',
    noticedBy: [`${store}/spool/spool-disk.spec.ts`],
  },
  {
    name: 'stopping does not wait for durable saves',
    file: `${tokens}/durable-save.ts`,
    search: 'await this.drain.until(() => [...this.#underWay]);',
    replacement: 'await this.drain.until(() => []);',
    noticedBy: [`${tokens}/durable-save.spec.ts`],
  },
  {
    name: 'the relay of webhooks is not woken by the change feed',
    file: 'libs/notifications/internal/outbox-relay.ts',
    search: '    this.feed.subscribe({ changed: wake, reset: wake });\n',
    replacement: '    void wake;\n',
    noticedBy: ['libs/notifications/internal/outbox-relay.spec.ts'],
  },
  {
    name: 'the spool is not asked before a take-over',
    file: `${tokens}/spool-replay.ts`,
    search: '    if (this.spool.holds(record)) return false;\n',
    replacement: '',
    noticedBy: [`${tokens}/takeover-after-outage.spec.ts`],
    chaosNotices: {
      withoutGuards: [
        {
          file: `${tokens}/spool-replay.ts`,
          search:
            '    const { attemptOpen, attemptProcessId } = record;\n    const { blind } = await this.replay();\n',
          replacement: '    const { attemptOpen, attemptProcessId } = record;\n    const blind = false;\n',
        },
        { file: `${tokens}/sweeper.ts`, search: '      await this.spool.replay();\n', replacement: '' },
      ],
    },
  },
  {
    name: 'a refresh does not wait after a failover that lost attempts',
    file: `${tokens}/spool-replay.ts`,
    search: '    if (this.#mayHaveLostAttempts()) return false;\n',
    replacement: '',
    noticedBy: [`${tokens}/takeover-after-outage.spec.ts`],
  },
  {
    name: 'connect_number is not compared in a save',
    file: `${store}/refresh-save.ts`,
    search: 'AND (c.connect_number < $2 OR (c.connect_number = $2 AND c.grant_attempt < $3))',
    replacement: 'AND (c.connect_number <> $2 OR c.grant_attempt < $3)',
    noticedBy: [`${store}/connection-saves-sql.spec.ts`],
    chaosNotices: { withoutGuards: [] },
  },
  {
    name: 'another life of the server is taken for the same',
    file: `${store}/change-cursor.ts`,
    search: 'const isOtherLife = this.#life !== null && this.#life !== life;',
    replacement: 'const isOtherLife = false;',
    noticedBy: [`${store}/server-lives.spec.ts`],
  },
  {
    name: 'a lease is taken that a step of the clock seems to have ended',
    file: `${store}/clock-continuity.ts`,
    search: 'Math.min(this.#zero, this.#zeroBefore)',
    replacement: 'this.#zero',
    noticedBy: [`${store}/clock-continuity.spec.ts`],
  },
  {
    name: 'a step of the clock passes for the time between two refusals',
    file: `${tokens}/refusal-evidence.ts`,
    search: 'if (Math.min(seconds, steadySeconds) < leastSecondsApart) return false;',
    replacement: 'if (seconds < leastSecondsApart) return false;\n  void steadySeconds;',
    noticedBy: [`${tokens}/unclear-refusals.spec.ts`],
  },
  {
    name: 'an attempt is taken over while an answer to it is in hand',
    file: `${store}/attempt-owner.ts`,
    search: 'IN (SELECT mark FROM (${heldAnswers}) held) THEN true',
    replacement: 'IN (SELECT mark FROM (${heldAnswers}) held) AND false THEN true',
    noticedBy: [`${tokens}/held-answers.spec.ts`],
  },
  {
    name: 'an unreadable entry holds up every pair',
    file: `${store}/spool/entry-about.ts`,
    search: 'return pairs.some((pair) => hash.startsWith(pair));',
    replacement: 'return true;',
    noticedBy: [`${store}/spool/entry-about.spec.ts`],
  },
  {
    name: 'an entry that is older than the stored grant holds up its connection',
    file: `${store}/spool/entry-about.ts`,
    search: 'return attempt > stored.grantAttempt;',
    replacement: 'return true;',
    noticedBy: [`${store}/spool/entry-about.spec.ts`],
  },
  {
    name: 'an open attempt of a connection that is given up is never tried again',
    file: `${tokens}/due.ts`,
    search: "if (record.attemptOpen) return isHeldBack(record, now) ? 'nothing' : 'refresh';",
    replacement: "if (record.attemptOpen) return 'nothing';",
    noticedBy: [`${tokens}/given-up-attempts.spec.ts`],
  },
  {
    name: 'one bare 401 after another shuts the client at once',
    file: 'libs/deskera/internal/registration.ts',
    search: "return this.#clearest !== 'bare' || this.#spread() >= bareSpreadMilliseconds;",
    replacement: 'return true;',
    noticedBy: ['libs/deskera/internal/registrations.spec.ts'],
  },
  {
    name: 'the API host is not part of the site seal',
    file: 'libs/crypto/internal/hmac-site-sealer.ts',
    search: "const members = ['tenantId', 'connectionId', 'connectNumber', 'apiUrl', 'apiVersion'] as const;",
    replacement: "const members = ['tenantId', 'connectionId', 'connectNumber', 'apiVersion'] as const;",
    noticedBy: [`${store}/site-seals.spec.ts`],
  },
];
