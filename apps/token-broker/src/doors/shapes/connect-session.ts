import { IsIn, IsOptional } from 'class-validator';
import { apiVersions, type ApiVersion } from '#kernel';
import type { ConnectStanding, StartConnect, StartedConnect } from '#oauth';
import { IsPlainText } from '../http/index.js';

const activations = [
  'callback',
  'browser',
  'confirm',
] as const satisfies readonly StartConnect['activation'][];

export const longestRedirectUri = 2_000;
export const longestOrg = 128;
export const longestLabel = 120;

/** What may be said of a connect that is to be started; a member that is null counts as left out. */
export class ConnectSessionBody {
  @IsOptional()
  @IsPlainText(longestRedirectUri)
  readonly redirectUri?: string | null;

  @IsOptional()
  @IsIn(apiVersions, { message: `must be one of ${apiVersions.join(', ')}` })
  readonly apiVersion?: ApiVersion | null;

  @IsOptional()
  @IsPlainText(longestOrg)
  readonly org?: string | null;

  @IsOptional()
  @IsPlainText(longestLabel)
  readonly label?: string | null;

  @IsOptional()
  @IsIn(activations, { message: `must be one of ${activations.join(', ')}` })
  readonly activation?: (typeof activations)[number] | null;
}

/** @param actor who starts it */
export function startConnect(
  tenantId: StartConnect['tenantId'],
  body: ConnectSessionBody,
  actor: string,
): StartConnect {
  return {
    tenantId,
    actor,
    redirectUri: body.redirectUri ?? undefined,
    apiVersion: body.apiVersion ?? undefined,
    org: body.org ?? undefined,
    label: body.label ?? undefined,
    activation: body.activation ?? undefined,
  };
}

export interface StartedConnectAnswer {
  readonly sessionId: string;
  readonly connectUrl: string;
  readonly expiresAt: string;
}

export function startedConnectAnswer({
  sessionId,
  connectUrl,
  expiresAt,
}: StartedConnect): StartedConnectAnswer {
  return { sessionId, connectUrl, expiresAt: expiresAt.toISOString() };
}

export interface ConnectStandingAnswer {
  readonly status: ConnectStanding['status'];
  readonly code?: string;
  readonly connectionId?: string;
  readonly org?: { readonly id: string | null; readonly name: string | null };
}

/** Only what is known yet is there. */
export function connectStandingAnswer({
  status,
  code,
  connectionId,
  org,
}: ConnectStanding): ConnectStandingAnswer {
  return {
    status,
    ...(code !== null && { code }),
    ...(connectionId !== null && { connectionId }),
    ...(org !== null && { org: { id: org.id, name: org.name } }),
  };
}
