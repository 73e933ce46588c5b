/** One SQL statement, under the name it is prepared with; equal names must mean equal texts. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export function statement(name: string, text: string): Statement {
  return { name, text };
}
