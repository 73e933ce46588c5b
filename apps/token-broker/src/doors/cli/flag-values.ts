import { InvalidArgumentError } from 'commander';
import { isScope, isTenantPattern, scopes } from '#access';
import { hasUnseenCharacters } from '#kernel';
import type { ConnectionStatus } from '#tokens';

const statuses = ['awaiting_activation', 'connected', 'reconnect_required', 'disconnected'] as const;

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${String(least)} to ${String(most)}.`);
  };
}

export function scopeFlag(text: string, before: readonly string[] = []): readonly string[] {
  if (!isScope(text)) throw new InvalidArgumentError(`It must be one of ${scopes.join(', ')}.`);
  return [...before, text];
}

export function tenantFlag(text: string, before: readonly string[] = []): readonly string[] {
  if (!isTenantPattern(text))
    throw new InvalidArgumentError('It must be a tenant id, the start of some with a * at the end, or *.');
  return [...before, text];
}

export function nameFlag(text: string): string {
  if (/^.{1,100}$/su.test(text) && !hasUnseenCharacters(text)) return text;
  throw new InvalidArgumentError(
    'It must have 1 to 100 characters, none of them a control or invisible one.',
  );
}

export function timeFlag(text: string): Date {
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const time = new Date(text);
  if (isTime && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('It must be an RFC 3339 time, such as 2027-01-31T00:00:00Z.');
}

export function statusFlag(text: string): ConnectionStatus {
  const status = statuses.find((known) => known === text);
  if (status === undefined) throw new InvalidArgumentError(`It must be one of ${statuses.join(', ')}.`);
  return status;
}

export function encryptionKeyIdFlag(text: string): string {
  if (/^[A-Za-z0-9_-]{1,32}$/.test(text)) return text;
  throw new InvalidArgumentError('It must have 1 to 32 of A-Z a-z 0-9 _ -.');
}
