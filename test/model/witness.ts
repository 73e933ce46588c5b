import type { GrantOutcome } from '#deskera';
import { Failure, type Secret } from '#kernel';
import type { MemoryDatabase } from './memory-database.js';
import type { Family, IssuedPair, ModelDeskera } from './model-deskera.js';
import { Sendings, type SeenProcess, type Sending } from './sendings.js';
import type { StoredRow } from './stored-row.js';

/** One grant that came with a connect. */
export interface SeenConnect {
  readonly process: SeenProcess;
  readonly pair: IssuedPair;
  readonly connectNumber: number;
  readonly stateSha256: Buffer;
  /** What its person was told. */
  told: 'stored' | 'failed' | null;
}

/** Sees everything, and says what must never be seen. */
export class Witness {
  readonly #sendings: Sendings;
  readonly #connects: SeenConnect[] = [];

  /** Families of which a connect brought a pair when they were dead already: that is found out, and is no loss of it. */
  readonly #handedOutDead = new Set<Family>();

  /** The number of the last disconnect: it drops what was sent for before, the newest grant too. */
  #disconnectNumber = 0;

  /** What must never be seen, each with what led to it. */
  readonly violations: string[] = [];

  constructor(
    private readonly trace: readonly string[],
    private readonly database: () => MemoryDatabase,
    private readonly deskera: ModelDeskera,
  ) {
    this.#sendings = new Sendings(database);
  }

  defect(what: string): void {
    this.violations.push([what, ...this.trace].join('\n  '));
  }

  connects(
    process: SeenProcess,
    state: Pick<SeenConnect, 'connectNumber' | 'stateSha256'>,
    pair: IssuedPair,
  ): SeenConnect {
    const connect: SeenConnect = { ...state, process, pair, told: null };
    this.#connects.push(connect);
    if (!pair.family.alive) this.#handedOutDead.add(pair.family);
    return connect;
  }

  /** No refresh token is sent while an answer to an earlier sending of it is, or could be, in our hands. */
  sent(process: SeenProcess, refreshToken: Secret): Sending {
    const shown = refreshToken.reveal();
    const earlier = this.#sendings.inOurHands(shown, process);
    if (earlier !== undefined)
      this.defect(`${process.name} sends ${shown} while ${earlier.process.name} may hold the answer to it`);
    return this.#sendings.record(process, shown, null);
  }

  /** An attempt came to its end before anything was sent. */
  unsent(process: SeenProcess, refreshToken: Secret, outcome: GrantOutcome): void {
    this.#sendings.record(process, refreshToken.reveal(), outcome);
  }

  /** A failover lost the attempt that this row showed. */
  forgotten(row: StoredRow | null): void {
    if (row !== null) this.#sendings.forgotten(row);
  }

  answered(sending: Sending, outcome: GrantOutcome): void {
    sending.outcome = outcome;
  }

  /** What a commit changed. */
  changed(before: StoredRow | null, after: StoredRow, statement: string): void {
    if (before === null) return;
    if (statement === 'connection_disconnect') this.#disconnectNumber = after.connectNumber;
    if (statement === 'attempt_open') this.#sendings.opened(before, after);
    else if (after.attemptOpen && !before.attemptOpen)
      this.defect(`${statement} opens an attempt that was closed`);
    if (before.status === 'disconnected' && after.status !== 'disconnected' && statement !== 'adoption_saved')
      this.defect(`a disconnected connection is revived by ${statement}`);
    if (before.status === 'connected' && after.status === 'awaiting_activation')
      this.defect(`an activation is taken back by ${statement}`);
    if (after.status === 'reconnect_required' && before.status !== after.status) this.#givenUp(before, after);
    this.#replaced(before, after);
  }

  served(caller: string, token: Secret): void {
    if (this.deskera.pairOf(token) === undefined) this.defect(`${caller} got a token that nobody issued`);
  }

  /** A caller goes without a token only where there was none that was good, all the time. */
  refusedCaller(caller: string, before: StoredRow | undefined, error: unknown): void {
    if (!(error instanceof Failure)) this.defect(`${caller} got ${String(error)}`);
    else if (error.code === 'deskera_unavailable' || error.code === 'deskera_client_refused') {
      const present = this.#row();
      const wasThere = before !== undefined && present?.fingerprint === before.fingerprint;
      if (wasThere && this.#isUsable(before) && this.#isUsable(present))
        this.defect(`${caller} is refused although the stored token is good`);
    }
  }

  /** Once all is well again, nothing may be left open, lost or untold. */
  atRest(): void {
    const row = this.#row();
    if (row === undefined) return;
    if (row.attemptOpen) this.defect('an attempt stays open for ever');
    const stored = row.token === null ? undefined : this.deskera.pairOf(row.token);
    for (const sending of this.#sendings.all) this.#isKept(sending, row, stored);
    for (const connect of this.#connects) this.#isTold(connect, row);
    if (row.status === 'connected' && row.token !== null && !this.deskera.isValid(row.token))
      this.defect('a connection is called connected for ever, and its token is bad');
  }

  /** Connecting again always beats a refresh, and a newer grant an older one. */
  #replaced(before: StoredRow, after: StoredRow): void {
    if (before.fingerprint === after.fingerprint || after.token === null || before.token === null) return;
    const [old, young] = [before.token, after.token].map((token) => this.deskera.pairOf(token));
    if (old === undefined || young === undefined) return;
    if (old.family === young.family) {
      // In place of a dead grant an older one is worth something: Deskera may have said that its token is good.
      if (young.serial < old.serial && before.status !== 'reconnect_required')
        this.defect('an older grant overwrites a newer one');
    } else if (after.connectNumber <= before.connectNumber)
      this.defect('a late refresh overwrites a newer connect');
  }

  /** Status changes only on evidence, and what we lost is not told as what somebody revoked. */
  #givenUp(before: StoredRow, { reason }: StoredRow): void {
    const pair = before.token === null ? undefined : this.deskera.pairOf(before.token);
    if (pair === undefined) return;
    const shown = pair.grant.refreshToken.reveal();
    if (this.deskera.isValid(pair.grant.token))
      this.defect('a connection is given up while its token is good');
    // What a failover lost is on no record: nobody can know that the answer to it was lost.
    if (pair.family.pairs.some(({ grant }) => this.#sendings.isAnyForgotten(grant.refreshToken.reveal())))
      return;
    if (
      reason === 'grant_revoked' &&
      !pair.family.revoked &&
      !this.#handedOutDead.has(pair.family) &&
      !this.#sendings.wasSentBefore(shown, before.connectNumber)
    )
      this.defect('a lost answer is told as grant_revoked');
    // A refresh token that is sent again may end what another one of the family has brought meanwhile.
    const isAnyLost = pair.family.pairs.some(({ grant }) =>
      this.#sendings.isAnyUnanswered(grant.refreshToken.reveal()),
    );
    if (reason === 'refresh_outcome_lost' && !isAnyLost)
      this.defect('refresh_outcome_lost is told where no answer was lost');
  }

  /** The newest grant that came into the hands of a process that lived on is never dropped. */
  #isKept({ outcome, process, attempt }: Sending, row: StoredRow, stored: IssuedPair | undefined): void {
    if (outcome?.kind !== 'granted' || process.state === 'dead' || attempt === null) return;
    const brought = this.deskera.pairOf(outcome.grant.token);
    const isReplaced = row.connectNumber > attempt.connectNumber && stored?.family !== brought?.family;
    const isBeaten = isReplaced || this.#disconnectNumber > attempt.connectNumber;
    const held = stored !== undefined && brought !== undefined && stored.serial >= brought.serial;
    if (!isBeaten && !held) this.defect(`the grant ${outcome.grant.token.reveal()} was dropped`);
  }

  /** A connect is stored, beaten by a newer one or a disconnect, or told as failed; and what was told comes true. */
  #isTold({ connectNumber, stateSha256, process, told, pair }: SeenConnect, row: StoredRow): void {
    const failureCode = this.database().states.get(stateSha256.toString('hex'))?.failureCode;
    const isOver = failureCode !== undefined || told === 'failed' || row.connectNumber > connectNumber;
    if (!isOver && (process.state !== 'dead' || told === 'stored'))
      this.defect(
        `the connect that brought ${pair.grant.token.reveal()} is neither stored nor told as failed`,
      );
  }

  #isUsable({ status, badSince, expiresAt }: StoredRow): boolean {
    return (
      status === 'connected' && badSince === null && (expiresAt === null || expiresAt > this.database().now())
    );
  }

  #row(): StoredRow | undefined {
    return [...this.database().rows.values()][0];
  }
}
