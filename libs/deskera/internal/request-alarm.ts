import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#kernel';
import type { GrantCall } from './failure-table.js';

const quietMilliseconds = 3_600_000;

/** Tells that Deskera does not understand what is sent: somebody has to look at the settings. Once an hour is enough. */
@Injectable()
export class RequestAlarm {
  readonly #logger = new Logger('Deskera');
  readonly #toldAt = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  raise({ operation, apiVersion }: GrantCall, summary: string): void {
    const call = `${apiVersion} ${operation}`;
    const now = this.clock.monotonicMilliseconds();
    const last = this.#toldAt.get(call);
    if (last !== undefined && now - last < quietMilliseconds) return;
    this.#toldAt.set(call, now);
    this.#logger.error(
      `Deskera rejects the form or address of a ${call} (${summary}): see DESKERA_API_URL, DESKERA_TOKEN_PARAMS and DESKERA_V1_REFRESH_IDENTITY.`,
    );
  }
}
