import { lookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { AddressRules } from './address-rules.js';
import { hostOf } from './target-url.js';

export type Resolution =
  | { readonly kind: 'allowed'; readonly addresses: readonly LookupAddress[] }
  | { readonly kind: 'refused'; readonly why: 'address_not_allowed' | 'https_needed' | 'name_not_resolved' };

const resolve = promisify(lookup);

/**
 * Finds where a URL leads, and whether a webhook may go there: one address that is not allowed among several is enough to
 * refuse them all. Whoever calls then has to use these very addresses: asked again, the name may lead elsewhere.
 */
@Injectable()
export class TargetResolver {
  /** The system's resolver has few threads for all of the process: a name that hangs takes one of them at most. */
  readonly #underWay = new Map<string, Promise<readonly LookupAddress[]>>();

  constructor(private readonly rules: AddressRules) {}

  async resolve(url: URL): Promise<Resolution> {
    const addresses = await this.#addressesOf(hostOf(url));
    if (addresses.length === 0) return { kind: 'refused', why: 'name_not_resolved' };
    if (!addresses.every(({ address }) => this.rules.mayBeCalled(address))) {
      return { kind: 'refused', why: 'address_not_allowed' };
    }
    const isInside = addresses.every(({ address }) => this.rules.isAllowedNetwork(address));
    if (url.protocol === 'http:' && !isInside) return { kind: 'refused', why: 'https_needed' };
    return { kind: 'allowed', addresses };
  }

  #addressesOf(host: string): Promise<readonly LookupAddress[]> {
    const family = isIP(host);
    if (family !== 0) return Promise.resolve([{ address: host, family }]);
    const present = this.#underWay.get(host);
    if (present !== undefined) return present;
    const asked = resolve(host, { all: true, order: 'verbatim' })
      .catch(() => [])
      .finally(() => this.#underWay.delete(host));
    this.#underWay.set(host, asked);
    return asked;
  }
}
