import { Injectable } from '@nestjs/common';
import type { DeskeraTarget } from '../deskera.js';
import { DeskeraGate } from '../gate.js';
import { Breakers } from './breakers.js';
import { ClientSecretSelector } from './client-secret-selector.js';

@Injectable()
export class ObservedGate extends DeskeraGate {
  constructor(
    private readonly breakers: Breakers,
    private readonly registrations: ClientSecretSelector,
  ) {
    super();
  }

  override holdsBack(
    target: DeskeraTarget,
    operation: 'refresh' | 'validate',
  ): 'deskera_unavailable' | 'client_refused' | null {
    if (this.closedApiUrls().includes(target.apiUrl)) return 'deskera_unavailable';
    // V1's refresh carries no client, nor does any check.
    const carriesClient = operation === 'refresh' && target.apiVersion === 'v2';
    return carriesClient && this.registrations.holdsBack(target) ? 'client_refused' : null;
  }

  override closedApiUrls(): readonly string[] {
    return this.breakers.heldBack();
  }

  override probedApiUrls(): readonly string[] {
    return this.breakers.awaitingProbe();
  }
}
