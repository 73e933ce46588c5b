import type { Secret } from '#kernel';
import type { ConnectionRecord } from './connection-record.js';

/** The exclusive right to check or refresh one connection for some seconds. Created only by `ConnectionLeases`. */
export interface Lease {
  readonly connectionId: string;
  readonly leaseId: string;
}

/** An open attempt. Only an open attempt gives access to the refresh token. */
export interface OpenedAttempt {
  readonly lease: Lease;
  /** The row with this attempt open. */
  readonly record: ConnectionRecord;
  /** @throws Failure `broker_unavailable` if the refresh token cannot be decrypted */
  readonly openRefreshToken: () => Promise<Secret>;
}

export interface AttemptRequest {
  /** The record on which the caller decided. If any attempt or grant was added since, no attempt is opened. */
  readonly seen: ConnectionRecord;
  readonly leaseSeconds: number;
  /** The lease that the caller holds; null to take a free one. */
  readonly held: Lease | null;
  /** An attempt of this process on this connection whose call has ended; null if there is none. */
  readonly ownEndedAttempt: number | null;
  /**
   * How long after its lease an owner whose lock is free may still wait for an answer or store it: the owner may only
   * be cut off.
   */
  readonly callSeconds: number;
  /** How long after its lease an open attempt is left to an owner that may still live. */
  readonly takeoverSeconds: number;
}

export interface ClaimRequest {
  readonly leaseSeconds: number;
  /** As in `AttemptRequest`. */
  readonly callSeconds: number;
  readonly takeoverSeconds: number;
  /** Hosts whose connections are not claimed; they stay due. */
  readonly exceptApiUrls: readonly string[];
}

/** Leases and attempts. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectionLeases {
  /**
   * Takes a free lease for a check.
   * @param onDemand counts against this connection's limit of ten checks in ten seconds
   * @returns `leased` if another process holds the lease, `limited` if the limit is reached
   */
  abstract forCheck(
    connectionId: string,
    leaseSeconds: number,
    onDemand: boolean,
  ): Promise<Lease | 'leased' | 'limited'>;
  /**
   * Takes the lease, increments the attempt and records it as open, in one statement. An open attempt is taken over
   * only if its owner's call has ended, its owner is gone, or its time is over.
   * @returns null if the row changed since `seen`, the open attempt still belongs to its owner, or the server has
   * just lost commits
   */
  abstract openAttempt(request: AttemptRequest): Promise<OpenedAttempt | null>;
  /**
   * Extends the lease.
   * @param attempt the open attempt of the lease; null if there is none
   * @returns false if the lease was released or another process holds it
   */
  abstract renew(lease: Lease, leaseSeconds: number, attempt: number | null): Promise<boolean>;
  /** Releases the lease if it is still held. An open attempt stays open. */
  abstract release(lease: Lease): Promise<void>;
  /**
   * Releases the lease if it is still held, and sets the next due time of a row that is still due. Changes nothing
   * else, and leaves another process's lease alone.
   */
  abstract postpone(lease: Lease, nextDueAt: Date | null): Promise<void>;
  /**
   * After the database's clock was set back, moves the due times of upkeep and webhooks by the same step. The first
   * call, and each call soon after such a step, also makes due every row that is put off for longer than is possible
   * or was verified in the future.
   * @param longestSeconds longest time for which upkeep of a connected connection is put off
   */
  abstract hastenAfterStepBack(longestSeconds: number): Promise<void>;
  /** Seconds for which the longest due connection has been due, in work or not; 0 if none is due. */
  abstract longestDueSeconds(): Promise<number>;
  /**
   * Ends the back-off of failing connections and makes them due, spread over ten seconds.
   * @param connectionIds at most two thousand
   */
  abstract endPauses(connectionIds: readonly string[]): Promise<void>;
  /**
   * Claims due connections with free leases, longest due first. A row whose open attempt only its owner may take over
   * is left to the owner.
   * @param limit maximum number; at most 50 are claimed at once
   */
  abstract claimDue(
    limit: number,
    request: ClaimRequest,
  ): Promise<readonly { lease: Lease; record: ConnectionRecord }[]>;
}
