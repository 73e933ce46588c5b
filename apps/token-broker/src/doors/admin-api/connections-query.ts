import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import type { ConnectionQuery, ConnectionStatus } from '#tokens';
import { IsPlainText, ToNumber } from '../http/index.js';

const statuses = [
  'awaiting_activation',
  'connected',
  'reconnect_required',
  'disconnected',
] as const satisfies readonly ConnectionStatus[];

const largestPage = 200;
const limitRule = { message: `must be a whole number from 1 to ${String(largestPage)}` };

export class CursorQuery {
  @IsOptional()
  @IsPlainText(500)
  readonly cursor?: string;
}

export class ConnectionsQuery extends CursorQuery {
  @IsOptional()
  @IsIn(statuses, { message: `must be one of ${statuses.join(', ')}` })
  readonly status?: ConnectionStatus;

  @IsOptional()
  @IsPlainText(200)
  readonly q?: string;

  @ToNumber()
  @IsInt(limitRule)
  @Min(1, limitRule)
  @Max(largestPage, limitRule)
  readonly limit: number = 50;
}

export function connectionQuery({ status, q, limit, cursor }: ConnectionsQuery): ConnectionQuery {
  return { status: status ?? null, text: q ?? null, limit, cursor: cursor ?? null };
}
