import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '#kernel/testing';
import type { Fault, JournalPage, Settings } from '#sandbox';
import { spawnProgram } from './spawn.js';

/** On a busy machine a kept connection is closed by the sandbox in the moment in which the next call is written to it. */
const ownConnection = { connection: 'close' };

/** The sandbox in a process of its own, and its control API. */
export class DeskeraProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(port: number): Promise<DeskeraProcess> {
    const program = 'dist/apps/deskera-sandbox/src/main.js';
    const child = spawnProgram(program, { SANDBOX_PORT: String(port) });
    for (const stream of [child.stdout, child.stderr]) stream?.resume();
    const deskera = new DeskeraProcess(`http://127.0.0.1:${String(port)}`, child);
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error('The sandbox did not start.');
      return deskera.journal(0).then(
        () => true,
        () => false,
      );
    });
    return deskera;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  async settings(settings: Partial<Settings>): Promise<void> {
    await this.#call('PUT', '/sandbox/settings', settings);
  }

  async fault(fault: Partial<Fault>): Promise<void> {
    await this.#call('POST', '/sandbox/faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#call('DELETE', '/sandbox/faults');
  }

  async addOrg(id: string): Promise<void> {
    await this.#call('POST', '/sandbox/orgs', { id, name: `Org ${id}` });
  }

  async tell(orgId: string, what: 'revoke' | 'expire'): Promise<void> {
    await this.#call('POST', `/sandbox/orgs/${orgId}/${what}`);
  }

  async code(orgId: string, apiVersion: 'v1' | 'v2'): Promise<string> {
    return ((await this.#call('POST', '/sandbox/codes', { orgId, apiVersion })) as { code: string }).code;
  }

  async journal(after: number): Promise<JournalPage> {
    return (await this.#call('GET', `/sandbox/journal?after=${String(after)}`)) as JournalPage;
  }

  /** The status of a resource call with that token. */
  async useToken(token: string): Promise<number> {
    const response = await fetch(`${this.url}/v1/contacts`, {
      headers: { ...ownConnection, 'x-access-token': token },
      signal: AbortSignal.timeout(20_000),
    });
    await response.body?.cancel();
    return response.status;
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: ownConnection,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}
