import type { PlantedFault } from './planted-fault.js';

/** Rules of single classes. No spec near the class noticed these until each got one of its own. */
export const ruleFaults: readonly PlantedFault[] = [
  {
    name: 'the lease is never renewed during a call',
    file: 'libs/tokens/internal/lease-keeper.ts',
    search: `    wait();
    return () => {`,
    replacement: '    return () => {',
    specs: ['libs/tokens/internal/lease-keeper.spec.ts'],
  },
  {
    name: 'milliseconds are compared with seconds: there is always time left for a call',
    file: 'libs/tokens/internal/lease-keeper.ts',
    search: 'return left >= this.options.timeoutSeconds * 1_000;',
    replacement: 'return left >= this.options.timeoutSeconds;',
    specs: ['libs/tokens/internal/lease-keeper.spec.ts'],
  },
  {
    name: 'two refreshes of one connection run at once in one process',
    file: 'libs/tokens/internal/refresher.ts',
    search: 'if (this.#underWay.has(connectionId)) return this.#leave(order, lost);',
    replacement: '',
    specs: ['libs/tokens/internal/refresher.spec.ts'],
  },
  {
    name: 'a refresh token is written to the log',
    file: 'libs/tokens/internal/refresher.ts',
    search: `const sentAt = this.clock.monotonicMilliseconds();
    const outcome = await this.deskera.refresh(`,
    replacement: `const sentAt = this.clock.monotonicMilliseconds();
    this.#logger.debug('Sending ' + refreshToken.reveal());
    const outcome = await this.deskera.refresh(`,
    specs: ['libs/tokens/internal/refresher.spec.ts'],
  },
  {
    name: 'a check that throws does not release its lease',
    file: 'libs/tokens/internal/checker.ts',
    search: 'await this.leases.release(lease).catch(() => undefined);',
    replacement: '',
    specs: ['libs/tokens/internal/checker.spec.ts'],
  },
  {
    name: "a verdict on another connect's attempt is saved",
    file: 'libs/tokens/internal/verdict-saves.ts',
    search: `present.attemptProcessId === record.attemptProcessId &&
      present.connectNumber === record.connectNumber;`,
    replacement: 'present.attemptProcessId === record.attemptProcessId;',
    specs: ['libs/tokens/internal/verdict-saves.spec.ts'],
  },
  {
    name: 'nothing in the token cache is forgotten on a reset of the change feed',
    file: 'libs/tokens/internal/token-cache.ts',
    search: 'this.#tokens.clear();',
    replacement: '',
    specs: ['libs/tokens/internal/token-cache.spec.ts'],
  },
  {
    name: 'what was read before a reset of the change feed is kept after it',
    file: 'libs/tokens/internal/token-cache.ts',
    search: 'this.#voidBefore = this.#moment;',
    replacement: '',
    specs: ['libs/tokens/internal/token-cache.spec.ts'],
  },
  {
    name: 'the proof of freshness counts from the answer instead of the sending',
    file: 'libs/store/internal/polled-change-feed.ts',
    search: 'this.#provenAt = sentAt;',
    replacement: 'this.#provenAt = this.clock.monotonicMilliseconds();',
    specs: ['libs/store/internal/proof-of-freshness.spec.ts'],
  },
  {
    name: 'NOTIFY is never sent',
    file: 'libs/store/internal/polled-change-feed.ts',
    search: 'this.database.rows(notify, []).catch(() => {',
    replacement: 'Promise.resolve(notify).catch(() => {',
    specs: ['libs/store/internal/proof-of-freshness.spec.ts'],
  },
  {
    name: 'change rows are pruned after ten seconds',
    file: 'libs/store/internal/connection-listing-sql.ts',
    search: `DELETE FROM change WHERE at < least(now(), $1::timestamptz) - interval '10 minutes'`,
    replacement: `DELETE FROM change WHERE at < least(now(), $1::timestamptz) - interval '10 seconds'`,
    specs: ['libs/store/internal/connection-listing-sql.spec.ts'],
  },
  {
    name: 'a page of events repeats the last row of the page before',
    file: 'libs/store/internal/connection-listing-sql.ts',
    search: 'event_id < $2)',
    replacement: 'event_id <= $2)',
    specs: ['libs/store/internal/connection-listing-sql.spec.ts'],
  },
  {
    name: 'an adoption does not ask whether another connection holds the pair',
    file: 'libs/store/internal/connection-adoptions-sql.ts',
    search: `if (holder.some(({ ours }) => !ours)) return { kind: 'held_elsewhere' };`,
    replacement: '',
    specs: ['libs/store/internal/adoption-claims.spec.ts'],
  },
  {
    name: "a pair's claim ends while the pair waits in the spool",
    file: 'libs/tokens/internal/pair-claims.ts',
    search: 'if (isStored(result)) await this.#end(claim);',
    replacement: 'await this.#end(claim);',
    specs: ['libs/tokens/internal/pair-claims.spec.ts'],
  },
  {
    name: 'a spool file is not fsynced',
    file: 'libs/store/internal/spool/spool-disk.ts',
    search: `await file.writeFile(text, 'utf8');
    await file.sync();`,
    replacement: `await file.writeFile(text, 'utf8');`,
    specs: ['libs/store/internal/spool/spool-disk.spec.ts'],
  },
  {
    name: "a spool folder's list of names is not fsynced",
    file: 'libs/store/internal/spool/spool-disk.ts',
    search: `await using file = await open(path, constants.O_RDONLY);
  await file.sync();`,
    replacement: 'await using file = await open(path, constants.O_RDONLY);',
    specs: ['libs/store/internal/spool/spool-disk.spec.ts'],
  },
  {
    name: 'stopping does not wait for durable saves',
    file: 'libs/tokens/internal/durable-save.ts',
    search: 'await this.drain.until(() => [...this.#underWay]);',
    replacement: 'await this.drain.until(() => []);',
    specs: ['libs/tokens/internal/durable-save.spec.ts'],
  },
  {
    name: 'the comparison of key hashes is not constant-time',
    file: 'libs/access/internal/remembered-key.ts',
    search: 'timingSafeEqual(live, sha256)',
    replacement: 'live.equals(sha256)',
    specs: ['libs/access/internal/remembered-key.spec.ts'],
  },
  {
    name: 'the relay of webhooks is not woken by the change feed',
    file: 'libs/notifications/internal/outbox-relay.ts',
    search: 'this.feed.subscribe({ changed: wake, reset: wake });',
    replacement: '',
    specs: ['libs/notifications/internal/outbox-relay.spec.ts'],
  },
];
