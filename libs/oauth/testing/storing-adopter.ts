import { Failure } from '#kernel';
import { ConnectionAdoptions, ConnectionReads, ConnectionSaves, type ConnectionState } from '#store';
import { GrantAdopter, type Adoption, type AdoptionRequest } from '#tokens';
import type { TestStore } from '#store/testing';
import { connectedState } from '#store/testing';

/** Stores every grant as it comes, with its session's outcome, and remembers what was asked of it. */
export class StoringAdopter extends GrantAdopter {
  readonly requests: AdoptionRequest[] = [];
  readonly activations: { readonly connectionId: string; readonly connectNumber: number }[] = [];
  /** What an adoption throws instead. */
  failure: Failure | null = null;

  constructor(private readonly store: TestStore) {
    super();
  }

  override async adopt(request: AdoptionRequest): Promise<Adoption> {
    this.requests.push(request);
    if (this.failure !== null) throw this.failure;
    const status = request.activation === 'callback' ? 'connected' : 'awaiting_activation';
    const saved = await this.#save(request, status);
    return { connectionId: saved, active: status === 'connected' };
  }

  override async activate(connectionId: string, connectNumber: number): Promise<void> {
    const record = await this.store.get(ConnectionReads).find(connectionId);
    if (record?.connectNumber !== connectNumber) throw new Failure('connection_not_found', 'It is gone.');
    this.activations.push({ connectionId, connectNumber });
  }

  override async refuseActivation(
    connectionId: string,
    connectNumber: number,
    reason: string,
  ): Promise<void> {
    await this.store.get(ConnectionSaves).refuseActivation(connectionId, connectNumber, reason);
  }

  override storeSpooled(): Promise<void> {
    return Promise.resolve();
  }

  async #save(request: AdoptionRequest, status: ConnectionState['status']): Promise<string> {
    const { grant, target, arrivedAtMilliseconds, sentAtMilliseconds } = request;
    const result = await this.store.get(ConnectionAdoptions).adopt({
      ...request,
      ...target,
      ...grant,
      spentSha256: null,
      grant: { ...grant, arrivedAt: arrivedAtMilliseconds, sentAt: sentAtMilliseconds },
      decide: () => ({
        kind: 'save',
        keepGrant: false,
        next: connectedState({ status }),
        event: { kind: 'connected', detail: {} },
      }),
    });
    if (result.kind !== 'saved') throw new Failure('connect_superseded', result.kind);
    return result.connectionId;
  }
}
