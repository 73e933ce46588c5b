import { Injectable } from '@nestjs/common';
import { Clock, type PartHealth } from '#kernel';
import { DeskeraHealth, type DeskeraSnapshot } from '../health.js';
import { DeskeraSlots } from '../slots.js';
import { Breakers } from './breakers.js';
import { ClientSecretSelector } from './client-secret-selector.js';

const statusOf = { ok: 'ok', unavailable: 'down', client_refused: 'degraded' } as const;

@Injectable()
export class ObservedHealth extends DeskeraHealth {
  constructor(
    private readonly breakers: Breakers,
    private readonly registrations: ClientSecretSelector,
    private readonly slots: DeskeraSlots,
    private readonly clock: Clock,
  ) {
    super();
  }

  override snapshot(): DeskeraSnapshot {
    const unavailableSince = this.breakers.openSince();
    const clientRefusedSince = this.registrations.refusedSince();
    return {
      state: stateOf(unavailableSince, clientRefusedSince),
      unavailableSince,
      clientRefusedSince,
      freeSlots: this.slots.free('on_demand'),
    };
  }

  override health(): PartHealth {
    const { state, unavailableSince, clientRefusedSince, freeSlots } = this.snapshot();
    return {
      part: 'deskera',
      status: statusOf[state],
      facts: {
        state,
        unavailableSeconds: this.#secondsSince(unavailableSince),
        clientRefusedSeconds: this.#secondsSince(clientRefusedSince),
        freeSlots,
      },
    };
  }

  #secondsSince(moment: Date | null): number | null {
    if (moment === null) return null;
    return Math.max(0, Math.round((this.clock.now().getTime() - moment.getTime()) / 1_000));
  }
}

function stateOf(unavailableSince: Date | null, clientRefusedSince: Date | null): DeskeraSnapshot['state'] {
  if (unavailableSince !== null) return 'unavailable';
  return clientRefusedSince === null ? 'ok' : 'client_refused';
}
