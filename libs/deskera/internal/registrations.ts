import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#kernel';
import type { DeskeraTarget } from '../deskera.js';
import { DeskeraOptions } from '../options.js';
import type { GrantOutcome, OurFault } from '../outcome.js';
import { Registration } from './registration.js';
import type { Client } from './requests.js';

/** Makes calls as the registered client, with whichever of its secrets Deskera accepts. */
@Injectable()
export class Registrations {
  readonly #logger = new Logger('Deskera');
  readonly #known = new Map<string, Registration>();

  constructor(
    private readonly options: DeskeraOptions,
    private readonly clock: Clock,
  ) {}

  /** Where Deskera refuses one secret, the next is tried, each once; after that only probes go out. */
  async run(target: DeskeraTarget, call: (client: Client) => Promise<GrantOutcome>): Promise<GrantOutcome> {
    const registration = this.#of(target);
    const { clientId } = registration;
    let outcome: GrantOutcome = heldBack;
    for (const clientSecret of registration.secretsToTry()) {
      outcome = await call({ clientId, clientSecret });
      if (!isClientRefusal(outcome)) {
        if (provesClient(outcome) && registration.accepted(clientSecret)) this.#tellAccepted(clientId);
        return outcome;
      }
    }
    if (outcome !== heldBack && registration.allRefused()) this.#tellRefused(clientId);
    return outcome;
  }

  holdsBack(target: DeskeraTarget): boolean {
    return this.#of(target).holdsBack;
  }

  /** Since when the client that has been refused longest is refused; null: none is. */
  refusedSince(): Date | null {
    const since = [...this.#known.values()].flatMap(({ refusedSince }) => refusedSince ?? []);
    return since.reduce<Date | null>((first, next) => (first === null || next < first ? next : first), null);
  }

  /** V1 and V2 may be one registration; another host may know other secrets. */
  #of({ apiVersion, apiUrl }: DeskeraTarget): Registration {
    const credentials = this.options.credentials[apiVersion];
    const secrets = credentials.clientSecrets.map((secret) => secret.fingerprint());
    const key = [new URL(apiUrl).host, credentials.clientId, ...secrets].join(' ');
    const present = this.#known.get(key);
    if (present !== undefined) return present;
    const registration = new Registration(credentials, this.clock);
    this.#known.set(key, registration);
    return registration;
  }

  #tellRefused(clientId: string): void {
    this.#logger.error(
      `Deskera refuses the client ${clientId} with every secret it has: nothing can be connected, and what needs its client not refreshed.`,
    );
  }

  #tellAccepted(clientId: string): void {
    this.#logger.warn(
      `Deskera accepts another secret of the client ${clientId} than before, or accepts it again.`,
    );
  }
}

const heldBack: OurFault = {
  kind: 'our_fault',
  sent: false,
  definite: true,
  reason: 'client_refused',
  summary: 'held back: the client was refused a moment ago',
};

function isClientRefusal(outcome: GrantOutcome): boolean {
  return outcome.kind === 'our_fault' && outcome.reason === 'client_refused';
}

/** Deskera looks at the client before it looks at a code or token. */
function provesClient({ kind }: GrantOutcome): boolean {
  return kind === 'granted' || kind === 'refused';
}
