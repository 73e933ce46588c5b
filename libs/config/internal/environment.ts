import type { ConfigProblem } from '../config-invalid.js';
import { requireClean } from './clean-text.js';
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
