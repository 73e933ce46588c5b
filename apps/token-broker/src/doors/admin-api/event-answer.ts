import type { ConnectionEventView } from '#tokens';

export interface EventAnswer {
  readonly eventId: string;
  readonly at: string;
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export function eventAnswer({ eventId, at, kind, detail }: ConnectionEventView): EventAnswer {
  return { eventId, at: at.toISOString(), kind, detail };
}
