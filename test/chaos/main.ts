import { runChaos } from './chaos.js';
import { readOptions } from './options.js';

/** `npm run chaos -- --seed … --seconds …`: exits with 1 where anything is not as promised. */
const say = (text: string): void => void process.stdout.write(`${text}\n`);

// So that what was started ends with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const options = readOptions(process.argv.slice(2), say);
const { seed, seconds, connections } = options;
say(`chaos: seed ${String(seed)}, ${String(seconds)} s, ${String(connections)} connections`);
const findings = await runChaos(options);
say(findings.table());
for (const line of findings.isClean() ? [] : findings.chronicle) say(`. ${line}`);
for (const line of findings.evidence) say(`! ${line}`);
say(
  findings.isClean()
    ? `all as promised (seed ${String(seed)})`
    : `NOT as promised: again with --seed ${String(seed)} --seconds ${String(seconds)}`,
);
process.exitCode = findings.isClean() ? 0 : 1;
