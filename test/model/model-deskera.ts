import type { DeskeraGrant } from '#deskera';
import { Secret } from '#kernel';
import type { WorldTime } from './replica-clock.js';

/**
 * What Deskera does with refresh tokens is not documented, so it must go well either way. `strict`: a refresh ends the
 * token before it, and a spent refresh token that comes again ends the whole family. `single_use`: it is only refused.
 * `grace`: for half a minute it brings the pair again that it brought. `stable`: refresh tokens do not rotate.
 */
export type Rotation = 'strict' | 'single_use' | 'grace' | 'stable';

/** A pair as Deskera handed it out. */
export interface IssuedPair {
  readonly family: Family;
  /** Counts all pairs: of one family, the higher is the newer. */
  readonly serial: number;
  readonly grant: DeskeraGrant;
  readonly issuedAt: number;
}

/** All pairs that go back to one consent of a person. */
export interface Family {
  readonly pairs: IssuedPair[];
  alive: boolean;
  /** Ended by a person or by Deskera itself, not by what we sent. */
  revoked: boolean;
  /** Its tokens up to this serial were ended before their time. */
  endedSerial: number;
}

/** What a consent brings: within the hour it may be a pair that was handed out before, even one that is refused. */
export type HandedOut = 'new' | 'first' | 'newest' | 'dead';

const againMilliseconds = 3_600_000;
/** A refresh is due half a minute after the last one. */
const tokenLifeSeconds = 120;
const graceMilliseconds = 30_000;

/** What Deskera knows. How its answers travel is the world's business. */
export class ModelDeskera {
  readonly #pairs: IssuedPair[] = [];
  isDown = false;
  /** A gateway in front of it turns everything down. */
  isBehindGateway = false;

  constructor(
    private readonly rotation: Rotation,
    private readonly time: WorldTime,
  ) {}

  /** A person consents. */
  consent(): IssuedPair {
    return this.#issue({ pairs: [], alive: true, revoked: false, endedSerial: 0 });
  }

  /** @returns what a person who consents again within the hour may be handed instead of something new */
  handedOutBefore(which: 'first' | 'newest' | 'dead'): IssuedPair | undefined {
    const newest = this.#pairs.at(-1);
    if (newest === undefined || newest.family.alive === (which === 'dead')) return undefined;
    if (this.time.milliseconds - newest.issuedAt > againMilliseconds) return undefined;
    return newest.family.pairs.at(which === 'first' ? 0 : -1);
  }

  /** @returns null: refused */
  refresh(refreshToken: Secret): IssuedPair | null {
    const shown = this.#pairs.find(({ grant }) => grant.refreshToken.reveal() === refreshToken.reveal());
    if (shown?.family.alive !== true) return null;
    const { family } = shown;
    const current = family.pairs.at(-1);
    if (current === undefined || this.rotation === 'stable' || shown === current) return this.#issue(family);
    switch (this.rotation) {
      case 'strict':
        family.alive = false;
        return null;
      case 'single_use':
        return null;
      case 'grace':
        return this.time.milliseconds - current.issuedAt <= graceMilliseconds ? current : null;
    }
  }

  isValid(token: Secret): boolean {
    const pair = this.pairOf(token);
    if (pair?.family.alive !== true || pair.serial <= pair.family.endedSerial) return false;
    if (this.rotation === 'strict' && pair.family.pairs.at(-1) !== pair) return false;
    return this.time.milliseconds < pair.issuedAt + tokenLifeSeconds * 1_000;
  }

  pairOf(token: Secret): IssuedPair | undefined {
    return this.#pairs.find(({ grant }) => grant.token.reveal() === token.reveal());
  }

  /** The tokens out there end before their time; they can be refreshed. */
  endTokens(): void {
    for (const { family, serial } of this.#pairs) family.endedSerial = serial;
  }

  /** Somebody withdraws the consent. */
  revoke(): void {
    for (const { family } of this.#pairs) {
      family.revoked ||= family.alive;
      family.alive = false;
    }
  }

  #issue(family: Family): IssuedPair {
    const serial = this.#pairs.length + 1;
    const kept = this.rotation === 'stable' ? family.pairs.at(-1)?.grant.refreshToken : undefined;
    const grant: DeskeraGrant = {
      token: Secret.of(`token-${String(serial)}`),
      refreshToken: kept ?? Secret.of(`refresh-token-${String(serial)}`),
      orgId: '11242',
      orgName: 'Singapore Org',
      email: null,
      tokenLifeSeconds,
      refreshTokenLifeSeconds: null,
    };
    const pair = { family, serial, grant, issuedAt: this.time.milliseconds };
    family.pairs.push(pair);
    this.#pairs.push(pair);
    return pair;
  }
}
