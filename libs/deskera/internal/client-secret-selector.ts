import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#kernel';
import type { DeskeraTarget } from '../deskera.js';
import { DeskeraOptions } from '../options.js';
import type { Declined, GrantOutcome, OurFault } from '../outcome.js';
import { Registration, type ClientRefusal } from './registration.js';
import type { Client } from './requests.js';

/** One call as the client. */
export interface ClientCall {
  readonly target: DeskeraTarget;
  /** Tells the calls of one grant or code from those of others. Holds no secret. */
  readonly subject: string;
  readonly operation: 'exchange' | 'refresh';
}

/** Makes calls as the registered client, with whichever of its secrets Deskera accepts. */
@Injectable()
export class ClientSecretSelector {
  readonly #logger = new Logger('Deskera');
  readonly #known = new Map<string, Registration>();

  constructor(
    private readonly options: DeskeraOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * Where Deskera refuses one secret, the next is tried, each once. What all of them are refused for speaks against the
   * client only where others bear it out (`Registration`); after that only probes go out.
   */
  async run(
    { target, subject, operation }: ClientCall,
    call: (client: Client) => Promise<GrantOutcome>,
  ): Promise<GrantOutcome> {
    const registration = this.#of(target);
    const { clientId } = registration;
    let refusal: OurFault | Declined = heldBack;
    for (const clientSecret of registration.secretsToTry(subject)) {
      const outcome = await call({ clientId, clientSecret });
      if (!speaksAgainstClient(outcome)) {
        if (provesClient(outcome) && registration.accepted(clientSecret)) this.#tellAccepted(clientId);
        return outcome;
      }
      refusal = outcome;
    }
    if (refusal === heldBack) return refusal;
    if (registration.refused({ subject, operation, words: wordsOf(refusal) })) this.#tellRefused(clientId);
    return inPlace(refusal, operation, registration.refusedSince !== null);
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

const clientRefused = { kind: 'our_fault', sent: true, definite: true, reason: 'client_refused' } as const;

const heldBack: OurFault = {
  ...clientRefused,
  sent: false,
  summary: 'held back: the client was refused a moment ago',
};

function isClientRefusal(outcome: GrantOutcome): outcome is OurFault {
  return outcome.kind === 'our_fault' && outcome.reason === 'client_refused';
}

function speaksAgainstClient(outcome: GrantOutcome): outcome is OurFault | Declined {
  return isClientRefusal(outcome) || (outcome.kind === 'declined' && outcome.clientDoubt !== null);
}

function wordsOf(refusal: OurFault | Declined): ClientRefusal['words'] {
  return refusal.kind === 'declined' ? (refusal.clientDoubt ?? 'bare') : 'client';
}

/** What a refusal means by what is known of the client: of a code nothing else can be learnt, of a grant more. */
function inPlace(
  outcome: OurFault | Declined,
  operation: ClientCall['operation'],
  clientIsRefused: boolean,
): GrantOutcome {
  if (clientIsRefused) return { ...clientRefused, summary: outcome.summary };
  if (operation === 'refresh' && isClientRefusal(outcome)) return { ...outcome, reason: 'client_doubted' };
  return outcome;
}

/** Deskera looks at the client before it looks at a code or token. */
function provesClient({ kind }: GrantOutcome): boolean {
  return kind === 'granted' || kind === 'refused';
}
