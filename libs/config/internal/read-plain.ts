import { isIP } from 'node:net';
import { InvalidValue, type TextReader } from './variable.js';

/** Both ends included. */
export function wholeNumber(least: number, most: number): TextReader<number> {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidValue(`must be a whole number from ${String(least)} to ${String(most)}`);
  };
}

/** Whole seconds, without a unit. Both ends included. */
export function seconds(least: number, most: number): TextReader<number> {
  return (text) => {
    try {
      return wholeNumber(least, most)(text);
    } catch {
      throw new InvalidValue(`must be whole seconds, a number from ${String(least)} to ${String(most)}`);
    }
  };
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]): TextReader<Choice> {
  return (text) => {
    const choice = choices.find((each) => each === text);
    if (choice === undefined) throw new InvalidValue(`must be one of ${choices.join(', ')}`);
    return choice;
  };
}

export function yesOrNo(text: string): boolean {
  return oneOf(['true', 'false'])(text) === 'true';
}

/** An address or a name to listen on. */
export function hostName(text: string): string {
  if (isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(text)) return text;
  throw new InvalidValue('must be an IP address or a host name');
}

/** A path on this machine, from the working directory where it does not begin with a slash. */
export function folderPath(text: string): string {
  if (text.length > 1_000 || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|[^\S ]/u.test(text)) {
    throw new InvalidValue('must be the path of a folder');
  }
  if (text.startsWith('~')) throw new InvalidValue('begins with ~, which only a shell replaces');
  if (text.includes(' #')) throw new InvalidValue('holds a comment, which would be a part of the path');
  return text;
}

/** The items of a comma-separated list, without the blanks around them. @throws InvalidValue where one is empty */
export function listed(text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.includes('')) throw new InvalidValue('has an empty item in its list');
  return items;
}
