import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { strangenesses, type Strangeness } from './commands.js';

export interface ModelOptions {
  readonly seed: number;
  /** In each place. */
  readonly runs: number;
  /** The one place that is looked at; null: all. */
  readonly only: string | null;
  readonly strangenesses: readonly Strangeness[];
}

const usualRuns = 10_000;

/** @throws where the command line says something else than `--seed`, `--runs`, `--only` and `--with` */
export function readOptions(args: readonly string[]): ModelOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      runs: { type: 'string' },
      only: { type: 'string' },
      with: { type: 'string' },
    },
  });
  return {
    seed: whole('seed', values.seed) ?? randomInt(2 ** 30),
    runs: whole('runs', values.runs) ?? usualRuns,
    only: values.only ?? null,
    strangenesses: values.with === undefined ? strangenesses : [strangeness(values.with)],
  };
}

function strangeness(text: string): Strangeness {
  const found = strangenesses.find((each) => each === text);
  if (found === undefined) throw new Error(`--with is one of ${strangenesses.join(', ')}.`);
  return found;
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} is a whole number.`);
  return Number(text);
}
