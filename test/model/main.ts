import { Logger } from '@nestjs/common';
import { counterexample } from './check.js';
import { readOptions } from './options.js';
import { realProtocol } from './protocol.js';
import { places } from './places.js';

/** `npm run model -- --seed … --runs …`: exits with 1 where a promise is broken. */
const say = (text: string): void => void process.stdout.write(`${text}\n`);

// What the broker would log of so many faults.
Logger.overrideLogger(false);

/** A share of the runs, so that what goes on is seen and what is found comes with a seed of few runs. */
const share = 1_000;
const { seed, runs, only } = readOptions(process.argv.slice(2));
for (const [name, place] of Object.entries(places)) {
  if (only !== null && only !== name) continue;
  let found: string | null = null;
  for (let done = 0; done < runs && found === null; done += share) {
    const check = { seed: seed + done / share, runs: Math.min(share, runs - done), shrink: true };
    found = await counterexample(realProtocol, place, check);
    if (found !== null) say(`${name}: BROKEN with --seed ${String(check.seed)} --only ${name}\n${found}`);
  }
  if (found === null) say(`${name}: ${String(runs)} runs from seed ${String(seed)} as promised`);
  else process.exitCode = 1;
}
