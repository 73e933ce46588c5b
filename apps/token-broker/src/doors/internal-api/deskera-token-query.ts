import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsPlainText, ToNumber } from '../http/index.js';

export const longestSeconds = 86_400;
export const defaultMinTtlSeconds = 30;

const seconds = { message: `must be a whole number of seconds from 0 to ${String(longestSeconds)}` };

export class DeskeraTokenQuery {
  @IsOptional()
  @IsPlainText(200)
  readonly org?: string;

  @ToNumber()
  @IsInt(seconds)
  @Min(0, seconds)
  @Max(longestSeconds, seconds)
  readonly minTtlSeconds: number = defaultMinTtlSeconds;

  @IsOptional()
  @ToNumber()
  @IsInt(seconds)
  @Min(0, seconds)
  @Max(longestSeconds, seconds)
  readonly maxVerifiedAgeSeconds?: number;
}
