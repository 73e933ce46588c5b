import { withoutUnseenCharacters } from '#kernel';

/** An object of JSON, not an array and not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns null where the text is no JSON, or so deep that it cannot be read */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/**
 * Text as it can be stored and shown: no character that a reader does not see (PostgreSQL takes no NUL), no broken
 * surrogates, not blank.
 * @param longest in UTF-16 units; the rest is cut off
 */
export function readableText(value: unknown, longest: number): string | null {
  if (typeof value !== 'string') return null;
  const text = withoutUnseenCharacters(value.slice(0, longest * 2))
    .trim()
    .slice(0, longest)
    .toWellFormed();
  return text === '' ? null : text;
}
