/** One sending of a refresh token, as Deskera saw it. */
export interface Sending {
  readonly caller: string;
  readonly grantId: string;
  readonly orgId: string;
  readonly number: number;
  readonly at: number;
  /** Null: it has not ended. */
  end: { readonly at: number; readonly outcome: string; readonly answered: boolean } | null;
}

/**
 * `in_flight`, `in_hand`: an answer to an earlier sending could still come, or had come, to a process that lived.
 * `after_unknown`: the earlier sending was left without an answer, or its process died: allowed, and counted.
 * `after_no`: Deskera had said that it did nothing, or that it refuses.
 */
type RepeatKind = 'in_flight' | 'in_hand' | 'after_unknown' | 'after_no';

export interface Repeat {
  readonly kind: RepeatKind;
  readonly first: Sending;
  readonly again: Sending;
}

/** Answers that carry a grant. */
const grants = new Set(['succeeded', 'fault_delay']);
/** Answers from which nobody learns what was done. */
const tellNothing = new Set(['fault_status', 'fault_html', 'fault_malformed']);

/**
 * Every sending of a refresh token that was sent before, judged by the worst of the sendings before it.
 * @param diedAt when the process of that name was killed; null: it was not
 * @param isSpooled whether its answer lay in a spool that every process sees
 */
export function repeatsAmong(
  sendings: readonly Sending[],
  diedAt: (caller: string) => number | null,
  isSpooled: (sending: Sending) => boolean = () => false,
): readonly Repeat[] {
  const byToken = Map.groupBy(sendings, ({ grantId, number }) => `${grantId} ${String(number)}`);
  return [...byToken.values()].flatMap((same) => {
    const inOrder = same.toSorted((a, b) => a.at - b.at);
    return inOrder
      .slice(1)
      .map((again, index) => worst(inOrder.slice(0, index + 1), again, diedAt, isSpooled));
  });
}

const severity: readonly RepeatKind[] = ['in_flight', 'in_hand', 'after_unknown', 'after_no'];

function worst(
  before: readonly Sending[],
  again: Sending,
  diedAt: (caller: string) => number | null,
  isSpooled: (sending: Sending) => boolean,
): Repeat {
  const diedWithAnswer = (first: Sending): number | null => (isSpooled(first) ? null : diedAt(first.caller));
  const repeats = before.map((first) => ({
    kind: kindOf(first, again, diedWithAnswer(first)),
    first,
    again,
  }));
  const sorted = repeats.toSorted((a, b) => severity.indexOf(a.kind) - severity.indexOf(b.kind));
  const [found] = sorted;
  if (found === undefined) throw new Error('a repeat has a sending before it');
  return found;
}

function kindOf(first: Sending, again: Sending, died: number | null): RepeatKind {
  const { end } = first;
  if (end === null || end.at > again.at) {
    return died !== null && died <= again.at ? 'after_unknown' : 'in_flight';
  }
  if (!end.answered) return 'after_unknown';
  if (tellNothing.has(end.outcome)) return 'after_unknown';
  if (!grants.has(end.outcome)) return 'after_no';
  return died !== null && died <= again.at ? 'after_unknown' : 'in_hand';
}
