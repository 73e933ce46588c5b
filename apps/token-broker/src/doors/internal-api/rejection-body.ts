import { IsOptional, Matches } from 'class-validator';
import { IsPlainText } from '../http/index.js';

export class RejectionBody {
  @Matches(/^[0-9a-f]{16}$/, { message: 'must be the first 16 hex digits of the SHA-256 of the token' })
  readonly fingerprint!: string;

  @IsOptional()
  @IsPlainText(200)
  readonly org?: string;
}
