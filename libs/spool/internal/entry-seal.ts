import type { CredentialSealer, SealContext, SiteContext } from '#crypto';
import type { SpooledConnect, SpooledGrant } from '../grant-spool.js';
import type { SiteGuard } from '#vault';
import { EntryUnreadable } from './entry-unreadable.js';
import type { SealedConnect, SealedEntry, SealedGrant } from './sealed-entry.js';
import type { Clock } from '#kernel';
import type { GrantSave } from '#connections';

type Place = Omit<SealContext, 'purpose'>;

/** Turns a grant into what may lie in a file, and back. */
export class EntrySeal {
  constructor(
    private readonly sealer: CredentialSealer,
    private readonly sites: SiteGuard,
    private readonly clock: Clock,
  ) {}

  async seal(spooled: SpooledGrant): Promise<SealedEntry> {
    const grant = await this.#sealGrant(spooled.grant, placeOf(spooled));
    if (spooled.kind === 'refresh') return { ...spooled, grant };
    return { ...spooled, grant, siteSeal: this.sites.seal(siteOf(spooled)) };
  }

  /**
   * @throws SealBroken; EntryUnreadable where the seals hold other secrets than the entry says, or it names another site
   * than the grant came from
   */
  async open(entry: SealedEntry): Promise<SpooledGrant> {
    const grant = await this.#openGrant(entry.grant, placeOf(entry));
    if (entry.kind === 'refresh') return { ...entry, grant };
    const { siteSeal, ...connect } = entry;
    if (!this.sites.allows(siteOf(entry), siteSeal))
      throw new EntryUnreadable('its site is not the one it was sealed for');
    const waited = millisecondsSince(entry.grant.arrivedAt, this.clock) / 1_000;
    return { ...connect, grant, activationSeconds: Math.max(0, entry.activationSeconds - waited) };
  }

  async #sealGrant(grant: GrantSave, place: Place): Promise<SealedGrant> {
    const [sealedToken, sealedRefreshToken] = await Promise.all([
      this.sealer.seal(grant.token, { ...place, purpose: 'token' }),
      this.sealer.seal(grant.refreshToken, { ...place, purpose: 'refresh_token' }),
    ]);
    return {
      sealedToken,
      sealedRefreshToken,
      fingerprint: grant.token.fingerprint(),
      refreshTokenSha256: grant.refreshToken.sha256(),
      tokenLifeSeconds: grant.tokenLifeSeconds,
      refreshTokenLifeSeconds: grant.refreshTokenLifeSeconds,
      ...wallTimes(grant, this.clock),
    };
  }

  async #openGrant(sealed: SealedGrant, place: Place): Promise<GrantSave> {
    const [token, refreshToken] = await Promise.all([
      this.sealer.open(sealed.sealedToken, { ...place, purpose: 'token' }),
      this.sealer.open(sealed.sealedRefreshToken, { ...place, purpose: 'refresh_token' }),
    ]);
    if (
      token.fingerprint() !== sealed.fingerprint ||
      !refreshToken.sha256().equals(sealed.refreshTokenSha256)
    )
      throw new EntryUnreadable('its secrets are not those it names');
    const { tokenLifeSeconds, refreshTokenLifeSeconds } = sealed;
    return {
      token,
      refreshToken,
      tokenLifeSeconds,
      refreshTokenLifeSeconds,
      ...monotonicTimes(sealed, this.clock),
    };
  }
}

/**
 * A refreshed grant is sealed for its row, under the attempt that brought it. A connect's row may not be there yet: its
 * grant is sealed for the spool, which no connection is called, and sealed anew for the row when it is adopted.
 */
function placeOf(entry: SpooledGrant | SealedEntry): Place {
  if (entry.kind === 'refresh') return entry.seen;
  return { tenantId: entry.tenantId, connectionId: 'spool', connectNumber: entry.connectNumber, attempt: 0 };
}

function siteOf(entry: SpooledConnect | SealedConnect): SiteContext {
  const { tenantId, connectNumber, apiUrl, apiVersion } = entry;
  return { tenantId, connectionId: 'spool', connectNumber, apiUrl, apiVersion };
}

/**
 * An instant of this process's monotonic clock as wall time: the one thing that a process which reads the entry later
 * can compare. The wall clock is used for nothing else, and what is wrong about it moves expected expiries alone: which
 * grant is the newest is decided by the two numbers.
 */
function wallTimes(
  { arrivedAt, sentAt }: Pick<GrantSave, 'arrivedAt' | 'sentAt'>,
  clock: Clock,
): Pick<SealedGrant, 'arrivedAt' | 'sentAt'> {
  const [now, wall] = [clock.monotonicMilliseconds(), clock.now().getTime()];
  return { arrivedAt: new Date(wall - (now - arrivedAt)), sentAt: new Date(wall - (now - sentAt)) };
}

/** Back to the monotonic clock of the process that replays. A wall clock that was set back makes nothing younger than now. */
function monotonicTimes(
  { arrivedAt, sentAt }: Pick<SealedGrant, 'arrivedAt' | 'sentAt'>,
  clock: Clock,
): Pick<GrantSave, 'arrivedAt' | 'sentAt'> {
  const now = clock.monotonicMilliseconds();
  return {
    arrivedAt: now - millisecondsSince(arrivedAt, clock),
    sentAt: now - millisecondsSince(sentAt, clock),
  };
}

function millisecondsSince(wallTime: Date, clock: Clock): number {
  return Math.max(0, clock.now().getTime() - wallTime.getTime());
}
