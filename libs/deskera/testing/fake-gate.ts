import { DeskeraGate } from '../gate.js';
import type { DeskeraTarget } from '../deskera.js';

/** A gate that a test shuts. */
export class FakeGate extends DeskeraGate {
  readonly closed = new Set<string>();
  clientRefused = false;
  readonly probed = new Set<string>();

  override holdsBack(
    { apiUrl }: DeskeraTarget,
    operation: 'refresh' | 'validate',
  ): 'deskera_unavailable' | 'client_refused' | null {
    if (this.closed.has(apiUrl)) return 'deskera_unavailable';
    return this.clientRefused && operation === 'refresh' ? 'client_refused' : null;
  }

  override closedApiUrls(): readonly string[] {
    return [...this.closed];
  }

  override probedApiUrls(): readonly string[] {
    return [...this.probed];
  }
}
