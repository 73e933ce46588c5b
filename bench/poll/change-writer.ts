import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';

const statementsPerSecond = 100;

/** Writes changes as other replicas do: rows of the change table, and a NOTIFY after each commit. */
export class ChangeWriter implements AsyncDisposable {
  readonly #over = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #written = 0;

  /** @param tenants are taken by turns: `tenant-0` and so on */
  constructor(
    private readonly client: Client,
    private readonly perSecond: number,
    private readonly tenants: number,
  ) {}

  start(): void {
    this.#running = this.#write();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#running;
  }

  async #write(): Promise<void> {
    const from = performance.now();
    const each = this.perSecond / statementsPerSecond;
    for (let turn = 0; !this.#over.signal.aborted; turn += 1) {
      await this.client.query({
        name: 'bench_changes',
        text: `INSERT INTO change (subject)
               SELECT 'tenant:tenant-' || i % $3 FROM generate_series($1::integer, $1::integer + $2::integer - 1) i`,
        values: [this.#written, each, this.tenants],
      });
      await this.client.query({ name: 'bench_notify', text: `SELECT pg_notify('broker_change', '')` });
      this.#written += each;
      const next = from + ((turn + 1) * 1_000) / statementsPerSecond;
      await wait(Math.max(0, next - performance.now()));
    }
  }
}
