import type { PlantedFault } from './planted-fault.js';

/** Rules of the refresh protocol about servers, clocks, disks and answers that are not as they should be. */
export const surroundingsFaults: readonly PlantedFault[] = [
  {
    name: 'another life of the server does not make the cursor start over',
    file: 'libs/store/internal/change-cursor.ts',
    search: 'if (from === null || isOtherLife || horizon < from',
    replacement: 'if (from === null || horizon < from',
    specs: ['libs/store/internal/change-cursor.spec.ts'],
  },
  {
    name: 'a read from another life of the server raises no doubt',
    file: 'libs/store/internal/server-lives.ts',
    search: 'if (this.#proven !== null && life !== this.#proven) this.#onOther();',
    replacement: '',
    specs: ['libs/store/internal/change-cursor.spec.ts'],
  },
  {
    name: 'a server that does not write proves freshness',
    file: 'libs/store/internal/change-cursor.ts',
    search: `const life = rows[0]?.life ?? null;
    if (life === null) throw databaseReadOnly();`,
    replacement: `const life = rows[0]?.life ?? '';
    if (from === 0n) throw databaseReadOnly();`,
    specs: ['libs/store/internal/change-cursor.spec.ts'],
  },
  {
    name: 'a read that a server in recovery answers is used',
    file: 'libs/store/internal/server-lives.ts',
    search: `      this.#onReadOnly();
      throw databaseReadOnly();`,
    replacement: `      if (this.#proven === '') throw databaseReadOnly();
      return;`,
    specs: ['libs/store/internal/change-cursor.spec.ts'],
  },
  {
    name: 'the spool is asked only where the row shows an attempt',
    file: 'libs/tokens/internal/spool-replay.ts',
    search: `if (this.spool.holds(connectionId)) return false;
    if (!attemptOpen) return true;`,
    replacement: `if (!attemptOpen) return true;
    if (this.spool.holds(connectionId)) return false;`,
    specs: ['libs/tokens/internal/spool-clearance.spec.ts'],
  },
  {
    name: 'a folder that nobody can look into counts as empty',
    file: 'libs/tokens/internal/spool-replay.ts',
    search: 'if (blind) return false;',
    replacement: '',
    specs: ['libs/tokens/internal/spool-clearance.spec.ts'],
  },
  {
    name: 'held answers are not announced',
    file: 'libs/tokens/internal/held-answers.ts',
    search: 'this.session.holdAnswersOf(new Set([...own, ...this.spool.attemptOwners()]));',
    replacement: 'this.session.holdAnswersOf(new Set(own.slice(1)));',
    specs: ['libs/tokens/internal/held-answers.spec.ts'],
  },
  {
    name: 'an answer that is held elsewhere does not keep its attempt from being taken over',
    file: 'libs/store/internal/attempt-owner.ts',
    search: 'IN (SELECT mark FROM (${heldAnswers}) held) THEN true',
    replacement: 'IN (SELECT mark FROM (${heldAnswers}) held) AND false THEN true',
    specs: ['libs/tokens/internal/held-answers.spec.ts'],
  },
  {
    name: 'after an outage nobody waits for what the others hold',
    file: 'libs/tokens/internal/spool-replay.ts',
    search: 'return this.clock.monotonicMilliseconds() - backAt >= othersStoreMilliseconds;',
    replacement: 'return othersStoreMilliseconds > backAt - backAt;',
    specs: ['libs/tokens/internal/spool-clearance.spec.ts'],
  },
  {
    name: "a step of the database's clock passes for time in the evidence",
    file: 'libs/store/internal/clock-continuity.ts',
    search: 'Math.min(this.#zero, this.#zeroBefore) + here',
    replacement: 'this.#zero + here',
    specs: ['libs/store/internal/clock-continuity.spec.ts'],
  },
  {
    name: 'a stored end is compared with the clock of the database alone',
    file: 'libs/store/internal/stored-end.ts',
    search: 'least(now(), ${evidence.latest}::timestamptz)',
    replacement: 'greatest(now(), ${evidence.latest}::timestamptz)',
    specs: ['libs/store/internal/clock-steps.spec.ts'],
  },
  {
    name: 'an attempt is taken over by a replica that has not watched the clock',
    file: 'libs/store/internal/attempt-owner.ts',
    search: 'return `(${end} AND ${isSteady(parameters, length)})`;',
    replacement: 'return `(${end} AND (${isSteady(parameters, length)} OR true))`;',
    specs: ['libs/store/internal/clock-steps.spec.ts'],
  },
  {
    name: 'a step of the clock back is not remembered',
    file: 'libs/store/internal/clock-continuity.ts',
    search: 'if (zero < this.#zero) this.#stepBack(this.#zero - zero, here);',
    replacement: '',
    specs: ['libs/store/internal/clock-continuity.spec.ts', 'libs/store/internal/clock-steps.spec.ts'],
  },
  {
    name: 'what was put off before a step back stays put off',
    file: 'libs/store/internal/hasten-statements.ts',
    search: 'SET next_due_at = greatest(now(), u.next_due_at - make_interval(secs => $1)),',
    replacement: 'SET next_due_at = greatest(u.next_due_at, now() - make_interval(secs => $1)),',
    specs: ['libs/store/internal/clock-steps.spec.ts'],
  },
  {
    name: 'an unreadable entry holds up every pair',
    file: 'libs/store/internal/spool/entry-about.ts',
    search: 'return pairs.some((pair) => hash.startsWith(pair));',
    replacement: 'return pairs.some((pair) => hash !== pair);',
    specs: ['libs/store/internal/spool/entry-about.spec.ts'],
  },
  {
    name: 'an unreadable entry that could be of a pair holds up nothing',
    file: 'libs/store/internal/spool/entry-about.ts',
    search: 'if (pairs === null) return tenantId === null || tenantId === ofTenant;',
    replacement: 'if (pairs === null) return tenantId === ofTenant;',
    specs: ['libs/store/internal/spool/entry-about.spec.ts'],
  },
  {
    name: 'an attempt without an answer is not tried again once its connection is given up',
    file: 'libs/tokens/internal/due.ts',
    search: `if (record.attemptOpen) return isHeldBack(record, now) ? 'nothing' : 'refresh';`,
    replacement: '',
    specs: ['libs/tokens/internal/due.spec.ts', 'libs/tokens/internal/given-up-attempts.spec.ts'],
  },
  {
    name: 'a given-up connection with an open attempt is next looked at when it would be erased',
    file: 'libs/tokens/internal/due.ts',
    search: `record.status === 'reconnect_required' && !record.attemptOpen`,
    replacement: `record.status === 'reconnect_required'`,
    specs: ['libs/tokens/internal/given-up-attempts.spec.ts'],
  },
  {
    name: "one grant's 401 counts against the client",
    file: 'libs/deskera/internal/registration.ts',
    search: 'if (this.#witnesses.size < enough[this.#clearest]) return false;',
    replacement: '',
    specs: ['libs/deskera/internal/registrations.spec.ts'],
  },
  {
    name: 'bare 401s of a moment count against the client',
    file: 'libs/deskera/internal/registration.ts',
    search: `return this.#clearest !== 'bare' || this.#spread() >= bareSpreadMilliseconds;`,
    replacement: 'return this.#spread() <= this.#now + bareSpreadMilliseconds;',
    specs: ['libs/deskera/internal/registrations.spec.ts'],
  },
  {
    name: 'unclear refusals of one moment make a verdict',
    file: 'libs/tokens/internal/refusal-evidence.ts',
    search: 'if (seconds < leastSecondsApart) return false;',
    replacement: 'if (seconds > leastSecondsApart * fewestRefusals * 1e9) return false;',
    specs: ['libs/tokens/internal/refusal-evidence.spec.ts'],
  },
  {
    name: 'unclear refusals make a verdict while many are turned down',
    file: 'libs/tokens/internal/refusal-evidence.ts',
    search: 'if (neighbors.areDeclined) return neighbors.doWell && seconds >= longestHoldSeconds;',
    replacement: '',
    specs: ['libs/tokens/internal/refusal-evidence.spec.ts'],
  },
  {
    name: 'a token that Deskera issued earlier counts as fresh',
    file: 'libs/deskera/internal/token-life.ts',
    search: 'const isFresh = sinceIssue !== null && sinceIssue - left <= freshSeconds;',
    replacement: 'const isFresh = sinceIssue !== null && left - sinceIssue <= freshSeconds;',
    specs: ['libs/deskera/internal/token-life.spec.ts'],
  },
  {
    name: 'a refresh that brings the stored token makes it young again',
    file: 'libs/tokens/internal/handed-over.ts',
    search: 'const left = smaller(grant.tokenLifeSeconds, known);',
    replacement: 'const left = grant.tokenLifeSeconds ?? known;',
    specs: ['libs/tokens/internal/handed-over.spec.ts'],
  },
  {
    name: 'the seal does not bind the host',
    file: 'libs/crypto/internal/hmac-site-sealer.ts',
    search: `const members = ['tenantId', 'connectionId', 'connectNumber', 'apiUrl', 'apiVersion'] as const;`,
    replacement: `const members = ['tenantId', 'connectionId', 'connectNumber', 'apiVersion'] as const;`,
    specs: ['libs/crypto/site-sealer.spec.ts'],
  },
  {
    name: 'the seal does not bind the API version',
    file: 'libs/crypto/internal/hmac-site-sealer.ts',
    search: `const members = ['tenantId', 'connectionId', 'connectNumber', 'apiUrl', 'apiVersion'] as const;`,
    replacement: `const members = ['tenantId', 'connectionId', 'connectNumber', 'apiUrl'] as const;`,
    specs: ['libs/crypto/site-sealer.spec.ts'],
  },
  {
    name: 'a site that its seal contradicts is called',
    file: 'libs/store/internal/site-guard.ts',
    search: `case 'contradicted':
        return false;`,
    replacement: `case 'contradicted':
        return true;`,
    specs: ['libs/store/internal/site-seals.spec.ts'],
  },
];
