import { Failure } from '#kernel';
import {
  ServiceKeyStore,
  type NewServiceKey,
  type ServiceKeyCredential,
  type ServiceKeyRecord,
} from '#store';

/** Service keys in memory, with a count of the reads and a database that can be away. */
export class FakeServiceKeyStore extends ServiceKeyStore {
  reads = 0;
  away = false;
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

  override create(key: NewServiceKey): Promise<ServiceKeyRecord> {
    const { secretSha256, ...record } = key;
    this.add({ ...record, liveSecretSha256: [secretSha256] });
    return Promise.resolve({ ...record, createdAt: new Date('2026-01-01T00:00:00Z'), revokedAt: null });
  }

  override list(): Promise<ServiceKeyRecord[]> {
    return Promise.resolve([...this.#keys.values()]);
  }

  override async findCredential(keyId: string): Promise<ServiceKeyCredential | null> {
    this.reads += 1;
    const seen = this.#keys.get(keyId) ?? null;
    await this.#held;
    if (this.away)
      throw new Failure('broker_unavailable', 'The broker cannot reach its storage at the moment.');
    return seen;
  }

  override revoke(keyId: string): Promise<boolean> {
    const key = this.#keys.get(keyId);
    if (key?.revokedAt !== null) return Promise.resolve(false);
    this.add({ ...key, revokedAt: new Date('2026-01-02T00:00:00Z') });
    return Promise.resolve(true);
  }

  override recordAdminAction(actor: string, action: string, subject: string | null): Promise<void> {
    if (this.away) return Promise.reject(new Failure('broker_unavailable', 'The storage is away.'));
    this.actions.push({ actor, action, subject });
    return Promise.resolve();
  }
}
