import { Injectable, Logger } from '@nestjs/common';
import { CredentialSealer, SealBroken, type SealContext, type SiteContext } from '#crypto';
import { Failure, type Secret } from '#kernel';
import { SiteGuard } from './site-guard.js';

/** The row and the two numbers that a credential is encrypted for. */
export interface CredentialPlace {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly connectNumber: number;
  readonly grantAttempt: number;
}

/** The place of a credential, with the site that it is used at. */
export type CredentialSite = CredentialPlace & Pick<SiteContext, 'apiUrl' | 'apiVersion'>;

/** Encrypts and decrypts credentials for the row that they belong to. */
@Injectable()
export class CredentialVault {
  readonly #logger = new Logger('CredentialVault');

  constructor(
    private readonly sealer: CredentialSealer,
    private readonly sites: SiteGuard,
  ) {}

  /**
   * Decrypts a credential for use at the site that its row names.
   * @throws Failure `broker_unavailable` if the site may not receive it: the row is left alone and nothing is sent
   */
  async openFor(
    sealed: string,
    place: CredentialSite,
    siteSeal: string | null,
    purpose: SealContext['purpose'],
  ): Promise<Secret> {
    if (this.sites.allows(place, siteSeal)) return this.open(sealed, place, purpose);
    this.#logger.error(
      `Connection ${place.connectionId} names an API host or version that the broker did not store for its grant: its credentials stay sealed. Was the database changed by somebody else?`,
    );
    throw unusable('the site of a credential is not the one it was sealed for');
  }

  /**
   * Like `open`, for callers that fall back to a call that throws.
   * @returns null if the credential may not be used or cannot be decrypted
   */
  async openForQuietly(
    sealed: string,
    place: CredentialSite,
    siteSeal: string | null,
    purpose: SealContext['purpose'],
  ): Promise<Secret | null> {
    return this.sites.allows(place, siteSeal) ? this.openQuietly(sealed, place, purpose) : null;
  }

  /** Whether the site may receive the credential. */
  hasScope(place: CredentialSite, siteSeal: string | null): boolean {
    return this.sites.allows(place, siteSeal);
  }

  sealSite(site: SiteContext): string {
    return this.sites.seal(site);
  }

  seal(plaintext: Secret, place: CredentialPlace, purpose: SealContext['purpose']): Promise<string> {
    return this.sealer.seal(plaintext, contextOf(place, purpose));
  }

  /**
   * Decrypts a credential and encrypts it under the first key.
   * @returns null if it cannot be decrypted; the caller reports that once for all rows
   */
  async reseal(
    sealed: string,
    place: CredentialPlace,
    purpose: SealContext['purpose'],
  ): Promise<string | null> {
    const opened = await this.openQuietly(sealed, place, purpose);
    return opened === null ? null : this.seal(opened, place, purpose);
  }

  /** @returns null if it cannot be decrypted; the caller falls back to a call that throws */
  async openQuietly(
    sealed: string,
    place: CredentialPlace,
    purpose: SealContext['purpose'],
  ): Promise<Secret | null> {
    try {
      return await this.sealer.open(sealed, contextOf(place, purpose));
    } catch (error) {
      if (error instanceof SealBroken) return null;
      throw error;
    }
  }

  /**
   * @throws Failure `broker_unavailable` if it cannot be decrypted: an alarm that says nothing about the grant, and
   * never a reason to reconnect
   */
  async open(sealed: string, place: CredentialPlace, purpose: SealContext['purpose']): Promise<Secret> {
    try {
      return await this.sealer.open(sealed, contextOf(place, purpose));
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown';
      this.#logger.error(
        `A stored credential of connection ${place.connectionId} can't be opened (${why}): is a key missing in ENCRYPTION_KEYS?`,
      );
      throw unusable('a sealed credential can not be opened');
    }
  }
}

function unusable(internal: string): Failure {
  return new Failure('broker_unavailable', 'The broker cannot use what it stored for this connection.', {
    internal,
    retryAfterSeconds: 60,
  });
}

function contextOf(place: CredentialPlace, purpose: SealContext['purpose']): SealContext {
  return {
    tenantId: place.tenantId,
    connectionId: place.connectionId,
    connectNumber: place.connectNumber,
    attempt: place.grantAttempt,
    purpose,
  };
}
