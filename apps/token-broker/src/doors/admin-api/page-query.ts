import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsPlainText, ToNumber } from '../http/index.js';

export const largestPage = 200;
export const defaultPage = 50;
const limitRule = { message: `must be a whole number from 1 to ${String(largestPage)}` };

export class CursorQuery {
  @IsOptional()
  @IsPlainText(500)
  readonly cursor?: string;
}

export class PageQuery extends CursorQuery {
  @ToNumber()
  @IsInt(limitRule)
  @Min(1, limitRule)
  @Max(largestPage, limitRule)
  readonly limit: number = defaultPage;
}

export function pageQuery({ limit, cursor }: PageQuery): {
  readonly limit: number;
  readonly cursor: string | null;
} {
  return { limit, cursor: cursor ?? null };
}
