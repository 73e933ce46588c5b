import { Failure } from '#kernel';
import {
  ServiceKeyStore,
  type NewServiceKey,
  type SecretAdded,
  type SecretRemoved,
  type ServiceKeyCredential,
  type ServiceKeyRecord,
  type ServiceKeyTerms,
  type ServiceKeyUse,
} from '../internal/service-key-store.js';

/** Service keys in memory, with a count of the reads and a database that can be away. */
export class FakeServiceKeyStore extends ServiceKeyStore {
  reads = 0;
  /** How many ids each question for the existing ones held. */
  readonly existenceQuestions: number[] = [];
  away = false;
  /** What becomes of secrets that are added or removed: PostgreSQL's locks are not for a fake to play. */
  added: SecretAdded = { kind: 'added', number: 2 };
  removed: SecretRemoved = 'removed';
  readonly uses: ServiceKeyUse[] = [];
  readonly actions: { actor: string; action: string; subject: string | null }[] = [];
  readonly #keys = new Map<string, ServiceKeyCredential>();
  #held: Promise<void> = Promise.resolve();

  add(key: Partial<ServiceKeyCredential> & { readonly keyId: string }): void {
    this.#keys.set(key.keyId, {
      name: 'a key',
      scopes: ['tokens:read'],
      tenants: ['*'],
      createdAt: new Date('2026-01-01T00:00:00Z'),
      expiresAt: null,
      revokedAt: null,
      liveSecretSha256: [],
      expiresInSeconds: null,
      ...key,
    });
  }

  /** Reads answer, with what they saw when they came, only after this. @returns lets them go */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#held = promise;
    return () => {
      resolve(undefined);
    };
  }

  override create({ secretSha256, ...terms }: NewServiceKey): Promise<ServiceKeyRecord> {
    const created = { ...terms, createdAt: new Date('2026-01-01T00:00:00Z'), revokedAt: null };
    this.add({ ...created, liveSecretSha256: [secretSha256] });
    return Promise.resolve(toRecord(created));
  }

  override list(): Promise<ServiceKeyRecord[]> {
    return Promise.resolve([...this.#keys.values()].map(toRecord));
  }

  override find(keyId: string): Promise<ServiceKeyRecord | null> {
    const key = this.#keys.get(keyId);
    return Promise.resolve(key === undefined ? null : toRecord(key));
  }

  override async findCredential(keyId: string): Promise<ServiceKeyCredential | null> {
    this.reads += 1;
    const seen = this.#keys.get(keyId) ?? null;
    await this.#held;
    if (this.away)
      throw new Failure('broker_unavailable', 'The broker cannot reach its storage at the moment.');
    return seen;
  }

  override async existing(keyIds: readonly string[]): Promise<ReadonlySet<string>> {
    this.existenceQuestions.push(keyIds.length);
    const seen = new Set(keyIds.filter((keyId) => this.#keys.has(keyId)));
    await this.#held;
    if (this.away) throw new Failure('broker_unavailable', 'The storage is away.');
    return seen;
  }

  override revoke(keyId: string): Promise<boolean> {
    const key = this.#keys.get(keyId);
    if (key?.revokedAt !== null) return Promise.resolve(false);
    this.add({ ...key, revokedAt: new Date('2026-01-02T00:00:00Z') });
    return Promise.resolve(true);
  }

  override addSecret(): Promise<SecretAdded> {
    return Promise.resolve(this.added);
  }

  override removeSecret(): Promise<SecretRemoved> {
    return Promise.resolve(this.removed);
  }

  override recordUses(uses: readonly ServiceKeyUse[]): Promise<void> {
    if (this.away) return Promise.reject(new Failure('broker_unavailable', 'The storage is away.'));
    this.uses.push(...uses);
    return Promise.resolve();
  }

  override recordAdminAction(actor: string, action: string, subject: string | null): Promise<void> {
    if (this.away) return Promise.reject(new Failure('broker_unavailable', 'The storage is away.'));
    this.actions.push({ actor, action, subject });
    return Promise.resolve();
  }
}

function toRecord(terms: ServiceKeyTerms): ServiceKeyRecord {
  return { ...terms, lastUsedAt: null, secrets: [] };
}
