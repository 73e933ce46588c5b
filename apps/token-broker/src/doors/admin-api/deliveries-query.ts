import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import type { DeliveryPageQuery, DeliveryStatus } from '#notifications';
import { ToNumber } from '../http/index.js';
import { CursorQuery } from './connections-query.js';

const statuses = ['pending', 'delivered', 'parked'] as const satisfies readonly DeliveryStatus[];
const largestPage = 200;
const limitRule = { message: `must be a whole number from 1 to ${String(largestPage)}` };

export class DeliveriesQuery extends CursorQuery {
  @IsOptional()
  @IsIn(statuses, { message: `must be one of ${statuses.join(', ')}` })
  readonly status?: DeliveryStatus;

  @ToNumber()
  @IsInt(limitRule)
  @Min(1, limitRule)
  @Max(largestPage, limitRule)
  readonly limit: number = 50;
}

export function deliveryPageQuery({ status, limit, cursor }: DeliveriesQuery): DeliveryPageQuery {
  return { status: status ?? null, limit, cursor: cursor ?? null };
}
