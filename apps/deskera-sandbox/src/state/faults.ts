/** What a fault can be set on. `callback`: the callback_uri is not called, nor the browser sent there. */
export type Operation = 'exchange' | 'refresh' | 'validate' | 'resource' | 'callback';

export type FaultKind =
  'status' | 'timeout' | 'reset' | 'html' | 'malformed' | 'lost-answer' | 'delay' | 'not-called';

export interface Fault {
  readonly operation: Operation;
  readonly kind: FaultKind;
  /** How many calls it still hits. */
  readonly times: number;
  /** Hits only calls for this org. */
  readonly orgId?: string;
  /** Of `status` and `html`. */
  readonly status?: number;
  /** Of `status`: text as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Of `status`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer, or what comes in its place, comes so much later. */
  readonly delayMilliseconds?: number;
  /** The call does its work although its answer hides it; always so with `lost-answer` and `delay`. */
  readonly acts?: boolean;
}

const mostFaults = 1000;

/** Faults wait in the order they were set; a call takes the first that fits it. */
export class Faults {
  private waiting: Fault[] = [];

  /** False where too many are waiting. */
  add(fault: Fault): boolean {
    if (this.waiting.length >= mostFaults) return false;
    this.waiting.push(fault);
    return true;
  }

  take(operation: Operation, orgId: string | null): Fault | null {
    const index = this.waiting.findIndex((fault) => fits(fault, operation, orgId));
    const fault = this.waiting[index];
    if (fault === undefined) return null;
    const left = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
    this.waiting.splice(index, 1, ...left);
    return fault;
  }

  list(): readonly Fault[] {
    return this.waiting;
  }

  clear(): void {
    this.waiting = [];
  }
}

function fits(fault: Fault, operation: Operation, orgId: string | null): boolean {
  return fault.operation === operation && (fault.orgId === undefined || fault.orgId === orgId);
}
