import { departures } from './answer-judge.js';
import { operationOf, type DescribedOperation } from './described-api.js';
import { Wire, type Received, type Sent } from './wire.js';

/** Calls the broker, holds each answer against the document, and remembers what was called. */
export class Exercise {
  readonly #seen = new Map<string, Set<number>>();
  readonly #wire: Wire;

  constructor(
    url: string,
    private readonly operations: readonly DescribedOperation[],
  ) {
    this.#wire = new Wire(url);
  }

  /** @throws Error where no operation is described, or its answer is not as described */
  async call(sent: Sent): Promise<Received> {
    const { method, path } = sent;
    const operation = operationOf(this.operations, method, path);
    if (operation === undefined) throw new Error(`${method} ${path} is not described`);
    const received = await this.#wire.send(sent);
    const found = departures(operation, received);
    if (found.length > 0) throw new Error(`${operation.operationId}: ${found.join('; ')}`);
    this.#remember(operation.operationId, received.status);
    return received;
  }

  /** The statuses that each operation has answered. */
  statuses(operationId: string): readonly number[] {
    return [...(this.#seen.get(operationId) ?? [])].sort();
  }

  /** What was exercised, a line each. */
  report(): string {
    const lines = this.operations.map(
      ({ operationId, method, path }) =>
        `  ${operationId}  ${method} ${path}  ${this.statuses(operationId).join(' ') || 'never'}`,
    );
    return `Exercised operations (${String(this.#seen.size)} of ${String(this.operations.length)}), and what they answered:\n${lines.join('\n')}\n`;
  }

  close(): void {
    this.#wire.close();
  }

  #remember(operationId: string, status: number): void {
    const statuses = this.#seen.get(operationId) ?? new Set();
    this.#seen.set(operationId, statuses.add(status));
  }
}
