import type { Scope } from '#access';
import type { FailureCode } from '#kernel';
import type { Schema } from './schemas.js';

export const tags = {
  Tokens: 'A deskera-token that is valid now, and what to do with one that Deskera refused.',
  Connecting: 'Connect links, and what became of them.',
  Connections: 'The standing grants of a tenant.',
  Admin: 'What an operator and their scripts see and do, over all tenants.',
  'Service keys': 'The keys with which services call.',
  Webhooks: 'What the broker tells by itself, where to, and how that fared.',
  'People and Deskera':
    'What browsers and Deskera itself reach. With `PUBLIC_PORT` these are served there alone, and all others at `PORT` alone: at the other listener they are 404 `not_found`.',
  Operations: 'For the orchestrator and Prometheus.',
  Documentation: 'This document, for programs and for people.',
} as const;

export interface Parameter {
  readonly schema: Schema;
  readonly description: string;
  readonly required?: boolean;
}

export interface Header {
  readonly schema: Schema;
  readonly description: string;
  readonly required?: boolean;
}

/** Bodies and answers by their media type. */
export type Content = Readonly<Record<string, { readonly schema: Schema; readonly example: unknown }>>;

export interface Answer {
  readonly description: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, Header>>;
}

/** What a route takes and gives, said beside its door. */
export interface Operation {
  readonly id: string;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly description?: string;
  /** The scope that a caller's key must have; null: open to whoever reaches it. */
  readonly needs: Scope | null;
  /** Parts of the path that stand for more here than elsewhere. */
  readonly parts?: Readonly<Record<string, Schema>>;
  readonly query?: Readonly<Record<string, Parameter>>;
  readonly headers?: Readonly<Record<string, Parameter>>;
  readonly body?: { readonly content: Content; readonly required: boolean };
  readonly answers: Readonly<Record<number, Answer>>;
  /** Codes of its own, beside those that every route of its kind can give (`commonFailures`). */
  readonly failures: readonly FailureCode[];
  /** Those that a person may see as a page. */
  readonly pages?: readonly FailureCode[];
}

/** By method and path, as in `GET /v1/tenants/{tenantId}/connections`. */
export type Operations = Readonly<Record<string, Operation>>;
