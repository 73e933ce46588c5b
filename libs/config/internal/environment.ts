import type { ConfigProblem } from '../config-invalid.js';
import { InvalidValue, type Variable } from './variable.js';

export type EnvironmentTexts = Readonly<Record<string, string | undefined>>;

/** The text of the file with this path. Throws where it can't be read. */
export type SecretFileReader = (path: string) => string;

type Variables = Readonly<Record<string, Variable<unknown>>>;
export type ValuesOf<Names extends Variables> = {
  readonly [Name in keyof Names]: Names[Name] extends Variable<infer Value> ? Value : never;
};

export interface Readings<Names extends Variables> {
  /** Without those that have a problem. */
  readonly values: Partial<ValuesOf<Names>>;
  readonly problems: readonly ConfigProblem[];
}

/** Reads every variable, the good ones too where some are bad, so that all problems come at once. */
export function readVariables<Names extends Variables>(
  variables: Names,
  texts: EnvironmentTexts,
  readSecretFile: SecretFileReader,
): Readings<Names> {
  const values: Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const [member, variable] of Object.entries(variables)) {
    try {
      values[member] = valueOf(variable, textOf(variable, texts, readSecretFile));
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      problems.push({ name: variable.name, reason: error.message });
    }
  }
  return { values: values as Partial<ValuesOf<Names>>, problems };
}

function valueOf(variable: Variable<unknown>, text: string | undefined): unknown {
  if (text !== undefined) return variable.read(text);
  if (variable.whenUnset === 'null') return null;
  if (variable.whenUnset !== 'required') return variable.read(variable.whenUnset.text);
  throw new InvalidValue(variable.mayBeFile ? `is required (or ${variable.name}_FILE)` : 'is required');
}

function textOf(
  variable: Variable<unknown>,
  texts: EnvironmentTexts,
  readSecretFile: SecretFileReader,
): string | undefined {
  const text = setText(texts[variable.name]);
  const fileName = `${variable.name}_FILE`;
  const path = variable.mayBeFile ? setText(texts[fileName]) : undefined;
  if (path !== undefined && text !== undefined) {
    throw new InvalidValue(`is set twice: take away either it or ${fileName}`);
  }
  const value = path === undefined ? text : fileText(cleanPath(path, fileName), fileName, readSecretFile);
  if (value !== undefined) requireClean(value, variable.mayBeFile);
  return value;
}

function cleanPath(path: string, fileName: string): string {
  try {
    requireClean(path, false);
    return path;
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw new InvalidValue(`can't be read: ${fileName} ${error.message}`);
  }
}

/** Compose and shells hand over a variable that nobody set as an empty text. */
function setText(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Without the line end that editors and `echo` leave. */
function fileText(path: string, fileName: string, readSecretFile: SecretFileReader): string {
  const text = readable(path, fileName, readSecretFile).replace(/\r?\n$/, '');
  if (text === '') throw new InvalidValue(`can't be read: the file that ${fileName} names is empty`);
  return text;
}

function readable(path: string, fileName: string, readSecretFile: SecretFileReader): string {
  try {
    return readSecretFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new InvalidValue(`can't be read from the file that ${fileName} names${code}`);
  }
}

/** Blanks of every kind, control characters (a carriage return), and what is not seen (byte order mark, zero width). */
const invisible = String.raw`[\s\p{Cc}\p{Cf}\p{Z}\u2800\u3164\uFFA0]`;
const invisibleAround = new RegExp(`^${invisible}|${invisible}$`, 'u');

const quotes = `"'\`\u00AB\u00BB\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F\u2039\u203A`;
const quoteBefore = new RegExp(`^[${quotes}]`, 'u');
const quoteAfter = new RegExp(`[${quotes}]$`, 'u');

/** `${NAME}`, `$NAME` and `$(command)`, which only a shell replaces. */
const placeholder = /\$\{[A-Za-z_]\w*(?::?[-+?][^}]*)?\}|^\$[A-Za-z_]\w*$|^\$\(.*\)$/s;

/**
 * A file of variables is not a shell script: Docker and systemd take quotes, blanks and carriage returns as part of a value.
 *
 * @param mayEndInQuote a secret of another's making may begin or end with a quotation mark, but not both
 * @throws InvalidValue
 */
function requireClean(text: string, mayEndInQuote: boolean): void {
  if (invisibleAround.test(text))
    throw new InvalidValue('has blanks or invisible characters around its value');
  if (placeholder.test(text))
    throw new InvalidValue('holds a placeholder that nothing has replaced with its value');
  const before = quoteBefore.test(text);
  const after = quoteAfter.test(text);
  if ((before && after) || (!mayEndInQuote && (before || after))) {
    throw new InvalidValue('has quotation marks around its value, which would be a part of it');
  }
}
