/** An invalid variable and the reason, without any part of its value. */
export interface ConfigProblem {
  readonly name: string;
  readonly reason: string;
}

/** The settings are invalid. The message lists every invalid variable, one per line. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ name, reason }) => `\n  ${name} ${reason}`);
    super(`The configuration can't be used:${lines.join('')}`);
  }
}
