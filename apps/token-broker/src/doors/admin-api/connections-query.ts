import { IsIn, IsOptional } from 'class-validator';
import type { ConnectionQuery, ConnectionStatus } from '#tokens';
import { IsPlainText } from '../http/index.js';
import { PageQuery } from './page-query.js';

const statuses = [
  'awaiting_activation',
  'connected',
  'reconnect_required',
  'disconnected',
] as const satisfies readonly ConnectionStatus[];

export class ConnectionsQuery extends PageQuery {
  @IsOptional()
  @IsIn(statuses, { message: `must be one of ${statuses.join(', ')}` })
  readonly status?: ConnectionStatus;

  @IsOptional()
  @IsPlainText(200)
  readonly q?: string;
}

export function connectionQuery({ status, q, limit, cursor }: ConnectionsQuery): ConnectionQuery {
  return { status: status ?? null, text: q ?? null, limit, cursor: cursor ?? null };
}
