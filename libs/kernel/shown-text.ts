/**
 * Inside of a character class of a regular expression with the flag `u`: characters that a reader does not see, or that
 * change how the rest is read. Controls, formats (zero-width, bidirectional, Arabic, tags), broken surrogates, private and
 * unassigned characters, line and paragraph separators, and the fillers and variation selectors that Unicode ignores.
 */
export const unseenCharacters = String.raw`\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}`;

/* eslint-disable no-misleading-character-class -- each mark stands for itself here, and joins with nothing */
const anyUnseen = new RegExp(`[${unseenCharacters}]`, 'u');
const allUnseen = new RegExp(`[${unseenCharacters}]`, 'gu');
/* eslint-enable no-misleading-character-class */
const breaks = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** Whether the text looks different from what it is: two such texts can look alike. */
export function hasUnseenCharacters(text: string): boolean {
  return anyUnseen.test(text);
}

/** The text as a person reads it: what separates lines or words is a space, and what is not seen is left out. */
export function withoutUnseenCharacters(text: string): string {
  return text.toWellFormed().replaceAll(breaks, ' ').replaceAll(allUnseen, '');
}
