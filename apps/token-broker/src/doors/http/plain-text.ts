import { applyDecorators } from '@nestjs/common';
import { IsString, Length, Matches } from 'class-validator';

/** A text without control characters or broken surrogates: PostgreSQL takes no NUL, and pages and logs no line ends. */
export function IsPlainText(longest: number): PropertyDecorator {
  return applyDecorators(
    IsString({ message: 'must be a text' }),
    Length(1, longest, { message: `must have 1 to ${String(longest)} characters` }),
    Matches(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'must have no control characters' }),
  );
}
