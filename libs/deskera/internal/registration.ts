import type { Clock, Secret } from '#kernel';
import type { ClientCredentials } from '../options.js';
import type { ClientDoubt } from '../outcome.js';

const probePauseMilliseconds = 30_000;
/** For so long after a probe became due only a call may be it that was not refused yet. */
const rotationMilliseconds = 15_000;
/** A single connection that hears the words for a refused client again after this long bears itself out. */
const secondMomentMilliseconds = 30_000;
/** More are not remembered: they only say whose turn a probe is. */
const mostWitnesses = 200;

/** Distinct calls that must be turned down before their client counts as refused, by the clearest words among them. */
const enough = { client: 2, enveloped: 4, bare: 4 } as const satisfies Record<Words, number>;
/** Where all of them are bare, they must be spread over this long: a gateway that turns everything down is gone sooner. */
const bareSpreadMilliseconds = 60_000;

/** Names no grant: the subjects of those are fingerprints. */
const anyExchange = 'exchange';

/** A call that every secret was refused for. */
export interface ClientRefusal {
  /** What was exchanged or refreshed: two calls with the same are one witness, and so are all exchanges in unclear words. */
  readonly subject: string;
  readonly operation: 'exchange' | 'refresh';
  readonly words: Words;
}

/** In the words for a refused client, or by a 401 that does not say what it is about, in an error envelope or without one. */
type Words = 'client' | ClientDoubt;

/**
 * What is known of a registered client's secrets at one host. The one that worked last is tried first. One connection's
 * refusal alone holds up nobody else: the client counts as refused where several calls are turned down and none
 * succeeds in between. Then one call in 30 s goes out as a probe, with one secret, each in its turn.
 */
export class Registration {
  #works = 0;
  #refusedSince: Date | null = null;
  #nextProbeAt = 0;
  #nextProbe = 0;
  /** When each of those was refused first that were refused since a call last succeeded. */
  readonly #witnesses = new Map<string, number>();
  #clearest: Words = 'bare';

  constructor(
    private readonly credentials: ClientCredentials,
    private readonly clock: Clock,
  ) {}

  get clientId(): string {
    return this.credentials.clientId;
  }

  get refusedSince(): Date | null {
    return this.#refusedSince;
  }

  /** It is refused, whoever asks, and a probe went out lately. */
  get holdsBack(): boolean {
    return this.#refusedSince !== null && !this.#hasOneWitness && this.#now < this.#nextProbeAt;
  }

  /** The secrets that a call may try, in order; none: it is held back. */
  secretsToTry(subject: string): readonly Secret[] {
    if (this.#refusedSince === null) return this.#allSecrets();
    const isNew = !this.#witnesses.has(subject);
    // What rests on one witness is put to the test by the next call.
    if (isNew && this.#hasOneWitness) return this.#allSecrets();
    const wait = isNew ? 0 : rotationMilliseconds;
    if (this.#now < this.#nextProbeAt + wait) return [];
    return this.#probe();
  }

  /** @returns true where this is news: another one worked before, or none did */
  accepted(secret: Secret): boolean {
    const index = this.credentials.clientSecrets.indexOf(secret);
    const isNews = index !== this.#works || this.#refusedSince !== null;
    this.#works = index;
    this.#refusedSince = null;
    this.#witnesses.clear();
    this.#clearest = 'bare';
    return isNews;
  }

  /** @returns true where the client counts as refused only since now */
  refused(refusal: ClientRefusal): boolean {
    const witness = witnessOf(refusal);
    const first = this.#witnesses.get(witness);
    if (first === undefined) this.#remember(witness);
    this.#clearest = clearer(this.#clearest, refusal.words);
    if (this.#refusedSince !== null || !this.#isBorneOut(refusal, first)) return false;
    this.#refusedSince = this.clock.now();
    this.#nextProbeAt = this.#now + probePauseMilliseconds;
    return true;
  }

  #isBorneOut({ operation, words }: ClientRefusal, first: number | undefined): boolean {
    const isExplicit = words === 'client';
    // An exchange is no standing grant's, whose owner could be meant.
    if (isExplicit && operation === 'exchange') return true;
    if (isExplicit && first !== undefined && this.#now - first >= secondMomentMilliseconds) return true;
    if (this.#witnesses.size < enough[this.#clearest]) return false;
    return this.#clearest !== 'bare' || this.#spread() >= bareSpreadMilliseconds;
  }

  #spread(): number {
    const [first = this.#now] = this.#witnesses.values();
    return this.#now - first;
  }

  #remember(subject: string): void {
    const [oldest] = this.#witnesses.keys();
    if (this.#witnesses.size >= mostWitnesses && oldest !== undefined) this.#witnesses.delete(oldest);
    this.#witnesses.set(subject, this.#now);
  }

  #allSecrets(): readonly Secret[] {
    const { clientSecrets } = this.credentials;
    const first = clientSecrets.slice(this.#works, this.#works + 1);
    return [...first, ...clientSecrets.filter((_, index) => index !== this.#works)];
  }

  #probe(): readonly Secret[] {
    const { clientSecrets } = this.credentials;
    this.#nextProbeAt = this.#now + probePauseMilliseconds;
    const probe = this.#nextProbe % clientSecrets.length;
    this.#nextProbe = probe + 1;
    return clientSecrets.slice(probe, probe + 1);
  }

  get #hasOneWitness(): boolean {
    return this.#witnesses.size < 2;
  }

  get #now(): number {
    return this.clock.monotonicMilliseconds();
  }
}

/** A person can bring any number of codes: what is said of them in unclear words may be about that person alone. */
function witnessOf({ subject, operation, words }: ClientRefusal): string {
  return operation === 'exchange' && words !== 'client' ? anyExchange : subject;
}

const byClarity: readonly Words[] = ['bare', 'enveloped', 'client'];

function clearer(one: Words, other: Words): Words {
  return byClarity.indexOf(one) > byClarity.indexOf(other) ? one : other;
}
