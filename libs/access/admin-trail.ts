import type { Caller } from './caller.js';

/** The record of administrators' actions. */
export abstract class AdminTrail {
  /**
   * Records an action before it is executed; an action that cannot be recorded is not executed.
   * @param subject the object of the action, such as a connection id; never a secret
   * @throws Failure `broker_unavailable`
   */
  abstract record(admin: Caller, action: string, subject: string | null): Promise<void>;
}
