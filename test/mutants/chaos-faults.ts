import type { PlantedFault } from './planted-fault.js';

/**
 * Faults that a run of chaos is held to. A nearer spec notices each within seconds; a fifth, two refreshes at once in one
 * process, stands among the rules.
 */
export const chaosFaults: readonly PlantedFault[] = [
  {
    name: 'the proof of freshness is ignored',
    file: 'libs/store/internal/polled-change-feed.ts',
    search: 'return this.clock.monotonicMilliseconds() - this.#provenAt <= proofMilliseconds;',
    replacement: 'return proofMilliseconds > 0;',
    specs: ['libs/store/internal/proof-of-freshness.spec.ts'],
  },
  {
    name: 'the spool is not asked before a take-over',
    file: 'libs/tokens/internal/refresher.ts',
    search: 'if (!(await this.spool.isClearFor(order.seen))) return this.#leave(order, notNow);',
    replacement: '',
    specs: ['libs/tokens/internal/spool-replay.spec.ts'],
  },
  {
    name: 'claims turn synchronous_commit off for the whole session',
    file: 'libs/store/internal/due-claims.ts',
    search: `set_config('synchronous_commit', 'off', true)`,
    replacement: `set_config('synchronous_commit', 'off', false)`,
    specs: ['libs/store/internal/due-claims.spec.ts'],
  },
  {
    name: 'the connect number is not compared in the save of a refresh',
    file: 'libs/store/internal/refresh-save.ts',
    search: 'AND (c.connect_number < $2 OR (c.connect_number = $2 AND c.grant_attempt < $3))',
    replacement: 'AND c.grant_attempt < $3',
    specs: ['libs/store/internal/connection-saves-sql.spec.ts'],
  },
  {
    name: 'the connect number is not compared in the save of a state',
    file: 'libs/store/internal/state-save.ts',
    search: 'AND c.connect_number = $10 AND c.grant_attempt = $11',
    replacement: 'AND $10::bigint IS NOT NULL AND c.grant_attempt = $11',
    specs: ['libs/store/internal/state-save.spec.ts'],
  },
];
