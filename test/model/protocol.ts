/**
 * The rules on which everything depends, each of which can be broken on purpose: a model that still passes with one of
 * them broken would prove nothing.
 */
export interface Protocol {
  /** One sending at a time: an attempt is opened only where nobody holds the lease. */
  readonly leases: boolean;
  /** An attempt that is open belongs to its owner also when its lease has ended, until the owner is seen to be gone. */
  readonly openAttemptsBlock: boolean;
  /** What a refreshed grant is compared with when it is saved. */
  readonly refreshSaves: 'both_numbers' | 'attempt_alone' | 'always';
  /** What comes out of the spool is saved under the rule of its kind. */
  readonly spoolKeepsTheRule: boolean;
  /** A refresh token is sent only where no answer to an earlier sending of it waits in the spool, whatever the row says. */
  readonly spoolGoesFirst: boolean | 'for_open_attempts';
  /** What the spool can't open holds up the connection that it is about. */
  readonly unreadableEntriesCount: boolean;
  /** After a failover no refresh token is sent until the calls that were under way have ended. */
  readonly waitsAfterLosses: boolean;
  /** A row whose failover lost an attempt goes on from the number of the grant that it brought. */
  readonly countsFromTheSpool: boolean;
  /** An attempt is left to an owner that holds an answer, and can't write it. */
  readonly heldAnswersCount: boolean;
  /** An attempt that is open is tried again also where its connection needs a reconnect. */
  readonly givenUpAttemptsAreTried: boolean;
  /** A state is written onto the very state it was computed from. */
  readonly statesAreCompared: boolean;
  /** One connect at a time works on a pair that no connection holds yet. */
  readonly pairsAreClaimed: boolean;
  /** A step of the database's clock does not pass for time: what was stored before it ends no sooner. */
  readonly boundsClockSteps: boolean;
  /** A refusal after a sending whose answer nobody saw is known to be one. */
  readonly remembersLostAnswers: boolean;
  /** A token that is still good is served while it can't be refreshed. */
  readonly servesWhatIsGood: boolean;
}

export const realProtocol: Protocol = {
  leases: true,
  openAttemptsBlock: true,
  refreshSaves: 'both_numbers',
  spoolKeepsTheRule: true,
  spoolGoesFirst: true,
  unreadableEntriesCount: true,
  waitsAfterLosses: true,
  countsFromTheSpool: true,
  heldAnswersCount: true,
  givenUpAttemptsAreTried: true,
  statesAreCompared: true,
  pairsAreClaimed: true,
  boundsClockSteps: true,
  remembersLostAnswers: true,
  servesWhatIsGood: true,
};

/** What peers get wrong, as it was measured or read in their code, by the invariant that breaks. */
export const brokenProtocols = {
  'no lease': { leases: false, openAttemptsBlock: false },
  'a lease without owner or fencing': { openAttemptsBlock: false },
  'a late refresh that overwrites a new connect': { refreshSaves: 'always' },
  'a good token that is refused while Deskera is down': { servesWhatIsGood: false },
  'a crash that looks like a revocation': { remembersLostAnswers: false },
  'a compare-and-swap on one number only': { refreshSaves: 'attempt_alone' },
  'an attempt taken over without replaying the spool': { spoolGoesFirst: false },
  'a spool entry replayed without the save rule': { spoolKeepsTheRule: false },
  'a state saved over a row that moved': { statesAreCompared: false },
  'a refresh that looks into the spool only where its row shows an attempt': {
    spoolGoesFirst: 'for_open_attempts',
  },
  'a refresh right after a failover that lost an attempt': { waitsAfterLosses: false },
  'a row that counts its attempts from before a failover': { countsFromTheSpool: false },
  'an attempt taken over from an owner that can not write': { heldAnswersCount: false },
  'an attempt that nobody tries again once its connection is given up': { givenUpAttemptsAreTried: false },
  'an entry that can not be opened and holds up nothing': { unreadableEntriesCount: false },
  'a pair that two connects examine at once': { pairsAreClaimed: false },
  'a step of the database’s clock that passes for time': { boundsClockSteps: false },
} as const satisfies Record<string, Partial<Protocol>>;
