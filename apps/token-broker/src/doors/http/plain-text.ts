import { applyDecorators } from '@nestjs/common';
import { unseenCharacters } from '#kernel';
import { IsString, Length, Matches } from 'class-validator';

const allSeen = new RegExp(`^[^${unseenCharacters}]*$`, 'u');

/**
 * A text without control or invisible characters or broken surrogates: PostgreSQL takes no NUL, pages and logs no line ends, and
 * two texts must not look alike.
 */
export function IsPlainText(longest: number): PropertyDecorator {
  return applyDecorators(
    IsString({ message: 'must be a text' }),
    Length(1, longest, { message: `must have 1 to ${String(longest)} characters` }),
    Matches(allSeen, { message: 'must have no control or invisible characters' }),
  );
}
