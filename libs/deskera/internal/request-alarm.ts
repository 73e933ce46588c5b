import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#kernel';
import type { GrantCall } from './failure-table.js';

const quietMilliseconds = 3_600_000;

/** Says that Deskera and the broker do not understand each other: an operator has to look. Once an hour is enough. */
@Injectable()
export class RequestAlarm {
  readonly #logger = new Logger('Deskera');
  readonly #toldAt = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  raise(call: GrantCall, summary: string): void {
    const name = nameOf(call);
    this.#tell(
      `${name} rejected`,
      `Deskera rejects the form or address of a ${name} (${summary}): see DESKERA_API_URL, DESKERA_TOKEN_PARAMS and DESKERA_V1_REFRESH_IDENTITY.`,
    );
  }

  /** @param summary fixed words: nothing of the answer itself */
  raiseWithoutPair(call: GrantCall, summary: string): void {
    const name = nameOf(call);
    this.#tell(
      `${name} without pair`,
      `The broker cannot read the answer to a ${name} (${summary}): a grant may be lost. Has the form of Deskera's answers changed, or does DESKERA_API_URL lead elsewhere?`,
    );
  }

  #tell(matter: string, text: string): void {
    const now = this.clock.monotonicMilliseconds();
    const last = this.#toldAt.get(matter);
    if (last !== undefined && now - last < quietMilliseconds) return;
    this.#toldAt.set(matter, now);
    this.#logger.error(text);
  }
}

function nameOf({ operation, apiVersion }: GrantCall): string {
  return `${apiVersion} ${operation}`;
}
