export type { SandboxClock } from './clock.js';
export { startSandbox, type RunningSandbox, type SandboxOptions } from './sandbox.js';
export { defaultClient } from './state/clients.js';
export type { CountersSnapshot } from './state/counters.js';
export type { JournalEntry, JournalEvent, JournalPage } from './state/journal.js';
export type { Fault, FaultKind, Operation } from './state/faults.js';
export type { CallbackMethod, Rotation, Settings } from './state/settings.js';
export type { TallySnapshot } from './state/tally.js';
