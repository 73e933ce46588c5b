import type { Secret } from '#kernel';
import type { ConnectionRecord } from './connection-record.js';

/** The right to ask about or change one connection for a while; made by `ConnectionLeases` alone. */
export interface Lease {
  readonly connectionId: string;
  readonly leaseId: string;
}

/** An attempt that is open on record: the only thing that yields a refresh token. */
export interface OpenedAttempt {
  readonly lease: Lease;
  /** As the row stands with this attempt open. */
  readonly record: ConnectionRecord;
  /** @throws Failure `broker_unavailable` where it can't be opened */
  readonly openRefreshToken: () => Promise<Secret>;
}

export interface AttemptRequest {
  /** The record that made the caller want it: an attempt or a grant since then, anybody's, and nothing is opened. */
  readonly seen: ConnectionRecord;
  readonly leaseSeconds: number;
  /** A lease that the caller holds already; null: a free one is taken. */
  readonly held: Lease | null;
  /** The attempt on this connection whose call has surely ended, if it is this process's own; null: none. */
  readonly ownEndedAttempt: number | null;
  /**
   * How long after its lease an owner whose lock is free may still be waiting for its answer, or storing it: it may only be
   * cut off.
   */
  readonly callSeconds: number;
  /** How long after its lease an open attempt is left to an owner that can't be seen to be gone. */
  readonly takeoverSeconds: number;
}

export interface ClaimRequest {
  readonly leaseSeconds: number;
  /** As in `AttemptRequest`. */
  readonly callSeconds: number;
  readonly takeoverSeconds: number;
  /** Their connections stay due. */
  readonly exceptApiUrls: readonly string[];
}

/** Leases and attempts. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectionLeases {
  /**
   * Takes a free lease for asking Deskera about the token.
   * @param onDemand counts against ten checks in ten seconds of this connection
   * @returns `leased` where somebody else holds it, `limited` where the ten are used up
   */
  abstract forCheck(
    connectionId: string,
    leaseSeconds: number,
    onDemand: boolean,
  ): Promise<Lease | 'leased' | 'limited'>;
  /**
   * Takes a lease where none is held, counts the attempt up and puts it on record as open, in one statement. An
   * attempt that is open already is taken over only where its owner's call has ended, its owner is gone, or its time
   * is over.
   * @returns null where anything moved since `seen`, the open attempt is still its owner's, or the server has just lost commits
   */
  abstract openAttempt(request: AttemptRequest): Promise<OpenedAttempt | null>;
  /**
   * @param attempt the open attempt that the lease is held for; null: none
   * @returns false where the lease was ended, or somebody else has it
   */
  abstract renew(lease: Lease, leaseSeconds: number, attempt: number | null): Promise<boolean>;
  /** Ends the lease where it is still held; an attempt that is open stays open. */
  abstract release(lease: Lease): Promise<void>;
  /**
   * Ends the lease where it is still held, and where the row is still due, says when it is due instead; it changes
   * nothing else. Somebody else's lease is left alone.
   */
  abstract postpone(lease: Lease, nextDueAt: Date | null): Promise<void>;
  /**
   * Where this replica saw the database's clock set back, upkeep and webhooks that were put off by the old clock are put off by
   * the new one instead. The first call, and each one soon after such a step, also makes due what is put off for longer
   * than that can be, and what was verified at a time that is still to come.
   * @param longestSeconds for which upkeep of a connected connection is ever put off
   */
  abstract hastenAfterStepBack(longestSeconds: number): Promise<void>;
  /** For how long the connection has been due that is due longest, whoever works on it; 0 where none is. */
  abstract longestDueSeconds(): Promise<number>;
  /**
   * Ends the pauses of connections that are in trouble, and makes them due, spread over ten seconds.
   * @param connectionIds at most two thousand
   */
  abstract endPauses(connectionIds: readonly string[]): Promise<void>;
  /**
   * Leases connections that are due and that nobody holds, longest due first, so that replicas share the work.
   * A row whose open attempt only its owner may take over is left to that.
   * @param limit at most so many; more than 50 are never claimed at once
   */
  abstract claimDue(
    limit: number,
    request: ClaimRequest,
  ): Promise<readonly { lease: Lease; record: ConnectionRecord }[]>;
}
