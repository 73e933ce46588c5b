/** A text that can't be used. The reason completes "NAME …" and is fixed: it never holds any of the text. */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue';
}

/** Reads a text that is not empty. @throws InvalidValue */
export type TextReader<Value> = (text: string) => Value;

/** One environment variable: its name, what stands in for it where it is not set, and how its text is read. */
export interface Variable<Value> {
  readonly name: string;
  readonly read: TextReader<Value>;
  readonly whenUnset: { readonly text: string } | 'required' | 'null';
  /** Whether `NAME_FILE` may name a file that holds the text. */
  readonly mayBeFile: boolean;
}

export function required<Value>(name: string, read: TextReader<Value>): Variable<Value> {
  return { name, read, whenUnset: 'required', mayBeFile: false };
}

/** Its value is null where it is not set. */
export function optional<Value>(name: string, read: TextReader<Value>): Variable<Value | null> {
  return { name, read, whenUnset: 'null', mayBeFile: false };
}

/** The default is a text like any other, so that it is written down as people would set it. */
export function withDefault<Value>(name: string, text: string, read: TextReader<Value>): Variable<Value> {
  return { name, read, whenUnset: { text }, mayBeFile: false };
}

/** For what is handed over as a file, as Docker and Kubernetes do with secrets. */
export function orFile<Value>(variable: Variable<Value>): Variable<Value> {
  return { ...variable, mayBeFile: true };
}
