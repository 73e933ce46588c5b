/** One variable that can't be used, and why; never its value, not even a part of it. */
export interface ConfigProblem {
  readonly name: string;
  readonly reason: string;
}

/** The environment can't be used. The message lists every bad variable at once, one per line. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ name, reason }) => `\n  ${name} ${reason}`);
    super(`The configuration can't be used:${lines.join('')}`);
  }
}
