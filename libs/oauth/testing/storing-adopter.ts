import { Failure } from '#kernel';
import {
  ConnectionAdoptions,
  ConnectionReads,
  ConnectionSaves,
  type AwaitedActivation,
  type ConnectionState,
} from '#connections';
import { GrantAdopter, type Adoption, type AdoptionRequest } from '#tokens';
import { type TestStore, connectedState } from '#connections/testing';

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

  override async activate({ sessionSha256, connectionId, connectNumber }: AwaitedActivation): Promise<void> {
    const seen = await this.store.get(ConnectionReads).find(connectionId);
    if (seen?.connectNumber !== connectNumber) throw new Failure('connection_not_found', 'It is gone.');
    const isSaved = await this.store.get(ConnectionSaves).saveState({
      ...{ seen, next: { ...seen, status: 'connected' }, event: null, publish: true, erase: false },
      ...{ lease: null, activatedSession: sessionSha256 },
    });
    if (!isSaved) throw new Failure('connection_not_found', 'It was decided otherwise.');
    this.activations.push({ connectionId, connectNumber });
  }

  override refuseActivation(awaited: AwaitedActivation, reason: string): Promise<boolean> {
    return this.store.get(ConnectionSaves).refuseActivation(awaited, reason);
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
