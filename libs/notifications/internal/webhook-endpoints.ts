import type { Secret } from '#kernel';
import type { WebhookEventType } from '#connections';

export interface WebhookSecretRecord {
  readonly number: number;
  readonly createdAt: Date;
}

/** Where webhooks go, without their secrets. */
export interface WebhookEndpointRecord {
  readonly endpointId: string;
  readonly url: string;
  /** Empty: all. */
  readonly events: readonly WebhookEventType[];
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  /** `gone`: it answered 410. */
  readonly disabledReason: 'gone' | null;
  /** The live ones, oldest first. */
  readonly secrets: readonly WebhookSecretRecord[];
}

export interface NewWebhookEndpoint {
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  readonly secret: Secret;
}

export type SecretAddition = WebhookSecretRecord | 'full' | 'no_endpoint';
export type SecretRemoval = 'removed' | 'last' | 'no_secret' | 'no_endpoint';

/** Endpoints and their sealed secrets. Every method may throw Failure `broker_unavailable`. */
export abstract class WebhookEndpointStore {
  /** @returns null where there are `most` already */
  abstract create(endpoint: NewWebhookEndpoint, most: number): Promise<WebhookEndpointRecord | null>;
  /** Oldest first. */
  abstract list(): Promise<readonly WebhookEndpointRecord[]>;
  abstract exists(endpointId: string): Promise<boolean>;
  /**
   * Erases its secrets and tells it nothing more; what was under way for it ends.
   * @returns false where there is none
   */
  abstract remove(endpointId: string): Promise<boolean>;
  /** Tells it again what happens from now on. @returns false where there is none */
  abstract enable(endpointId: string): Promise<boolean>;
  /** Two at most sign at a time, over all replicas. */
  abstract addSecret(endpointId: string, secret: Secret): Promise<SecretAddition>;
  abstract removeSecret(endpointId: string, number: number): Promise<SecretRemoval>;
}
