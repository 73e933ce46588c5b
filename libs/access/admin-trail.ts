import type { Caller } from './caller.js';

/** What admins did, for later questions. */
export abstract class AdminTrail {
  /**
   * Keeps on record what an admin asks for, before it is done: what can't be recorded is not done.
   * @param subject what it is about, such as a connection id; holds no secret
   * @throws Failure `broker_unavailable`
   */
  abstract record(admin: Caller, action: string, subject: string | null): Promise<void>;
}
