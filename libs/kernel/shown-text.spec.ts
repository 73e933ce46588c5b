import { describe, expect, it } from '@jest/globals';
import { hasUnseenCharacters, withoutUnseenCharacters } from './shown-text.js';

const unseen = [
  ['a soft hyphen', '\u00ad'],
  ['a grapheme joiner', '\u034f'],
  ['an Arabic number sign', '\u0600'],
  ['an Arabic letter mark', '\u061c'],
  ['an Arabic end of ayah', '\u06dd'],
  ['a Syriac abbreviation mark', '\u070f'],
  ['a Hangul filler', '\u3164'],
  ['a halfwidth Hangul filler', '\uffa0'],
  ['a Mongolian vowel separator', '\u180e'],
  ['a zero-width space', '\u200b'],
  ['a zero-width non-joiner', '\u200c'],
  ['a zero-width joiner', '\u200d'],
  ['a right-to-left mark', '\u200f'],
  ['a right-to-left override', '\u202e'],
  ['a word joiner', '\u2060'],
  ['an invisible separator', '\u2063'],
  ['a right-to-left isolate', '\u2067'],
  ['a nominal digit shape', '\u206f'],
  ['a byte order mark', '\ufeff'],
  ['an interlinear annotation', '\ufff9'],
  ['a variation selector', '\ufe0f'],
  ['a supplementary variation selector', '\u{e0100}'],
  ['a tag', '\u{e0041}'],
  ['a musical format', '\u{1d173}'],
  ['a private character', '\ue000'],
  ['an unassigned character', '\u0378'],
  ['a noncharacter', '\ufffe'],
] as const;

const breaks = [
  ['a NUL', '\u0000'],
  ['an escape', '\u001b'],
  ['a line end', '\n'],
  ['a next line', '\u0085'],
  ['a line separator', '\u2028'],
  ['a paragraph separator', '\u2029'],
] as const;

describe('a text that is shown', () => {
  it.each(unseen)('loses %s', (_what, character) => {
    expect(hasUnseenCharacters(`Acme${character}Ltd`)).toBe(true);
    expect(withoutUnseenCharacters(`Acme${character}Ltd`)).toBe('AcmeLtd');
  });

  it.each(breaks)('has a space in place of %s', (_what, character) => {
    expect(hasUnseenCharacters(`Acme${character}Ltd`)).toBe(true);
    expect(withoutUnseenCharacters(`Acme${character}Ltd`)).toBe('Acme Ltd');
  });

  it.each(['Acme Pte. Ltd. (新加坡)', 'شركة الاختبار', 'חברה', 'टेस्ट कंपनी', 'Zoë & Søn – 50 %', '🏢 Büro'])(
    'stays as it is where all of it is seen: %s',
    (text) => {
      expect(hasUnseenCharacters(text)).toBe(false);
      expect(withoutUnseenCharacters(text)).toBe(text);
    },
  );

  it('shows a broken surrogate as such', () => {
    expect(hasUnseenCharacters('a\ud800')).toBe(true);
    expect(withoutUnseenCharacters('a\ud800')).toBe('a\ufffd');
  });
});
