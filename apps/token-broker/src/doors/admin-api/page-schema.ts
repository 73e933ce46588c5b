import { orNull, plainText, text, wholeNumber } from '../openapi/schemas.js';
import { defaultPage, largestPage } from './page-query.js';

/** How a list is asked for by pages, and what its answer says of the next one. */
export const cursor = plainText(500, 'The `nextCursor` of the page before.');
export const limit = wholeNumber('How many.', { minimum: 1, maximum: largestPage, default: defaultPage });
export const nextCursor = orNull(text('For the next page; null on the last.'));
