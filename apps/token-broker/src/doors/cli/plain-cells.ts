import { withoutUnseenCharacters } from '#kernel';
import { timeOrNull } from '../shapes/connection.js';

/** Names come from Deskera's tokens: none of them may steer the terminal that shows it. */
export function withoutControls(text: string): string {
  return text.split('\n').map(withoutUnseenCharacters).join('\n');
}

export function cell(value: string | number | null): string {
  return value === null ? '-' : String(value).replaceAll('\n', ' ');
}

/** RFC 3339 in UTC, without the fraction. */
export function timeCell(time: Date | null): string {
  return timeOrNull(time)?.replace(/\.\d+Z$/, 'Z') ?? '-';
}
