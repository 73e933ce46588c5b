import { IsIn, IsOptional } from 'class-validator';
import type { DeliveryPageQuery, DeliveryStatus } from '#notifications';
import { PageQuery, pageQuery } from './page-query.js';

const statuses = ['pending', 'delivered', 'parked'] as const satisfies readonly DeliveryStatus[];

export class DeliveriesQuery extends PageQuery {
  @IsOptional()
  @IsIn(statuses, { message: `must be one of ${statuses.join(', ')}` })
  readonly status?: DeliveryStatus;
}

export function deliveryPageQuery(query: DeliveriesQuery): DeliveryPageQuery {
  return { status: query.status ?? null, ...pageQuery(query) };
}
