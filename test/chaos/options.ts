import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface ChaosOptions {
  readonly seed: number;
  /** How long things are broken; starting, connecting and the look at what is left come on top. */
  readonly seconds: number;
  readonly connections: number;
  /** Whether the replicas share a spool; the seed decides where this is left out. */
  readonly sharedSpool?: boolean;
  /** Told what goes on, line by line. */
  readonly report: (line: string) => void;
}

const tenMinutes = 600;
const usualConnections = 500;

/** @throws where the command line says something else than `--seed`, `--seconds` and `--connections` */
export function readOptions(args: readonly string[], report: (line: string) => void): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string' }, seconds: { type: 'string' }, connections: { type: 'string' } },
  });
  return {
    seed: whole('seed', values.seed) ?? randomInt(2 ** 31),
    seconds: whole('seconds', values.seconds) ?? tenMinutes,
    connections: whole('connections', values.connections) ?? usualConnections,
    report,
  };
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} is a whole number.`);
  return Number(text);
}
