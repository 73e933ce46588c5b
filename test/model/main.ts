import { Logger } from '@nestjs/common';
import { counterexample } from './check.js';
import { readOptions } from './options.js';
import { realProtocol } from './protocol.js';
import { places } from './places.js';
import type { Strangeness } from './commands.js';
import type { Place } from './world.js';

/** `npm run model -- --seed … --runs …`: exits with 1 where a promise is broken. */
const say = (text: string): void => void process.stdout.write(`${text}\n`);

// What the broker would log of so many faults.
Logger.overrideLogger(false);

/** A share of the runs, so that what goes on is seen and what is found comes with a seed of few runs. */
const share = 1_000;
const { seed, runs, only, strangenesses } = readOptions(process.argv.slice(2));
for (const [name, place] of Object.entries(places)) {
  if (only !== null && only !== name) continue;
  for (const strangeness of strangenesses) await run(name, place, strangeness);
}

async function run(name: string, place: Place, strangeness: Strangeness): Promise<void> {
  for (let done = 0; done < runs; done += share) {
    const check = {
      seed: seed + done / share,
      runs: Math.min(share, runs - done),
      shrink: true,
      strangeness,
    };
    const found = await counterexample(realProtocol, place, check);
    if (found === null) continue;
    const again = `--seed ${String(check.seed)} --only ${name} --with ${strangeness}`;
    say(`${name} with ${strangeness}: BROKEN, ${again}\n${found}`);
    process.exitCode = 1;
    return;
  }
  say(`${name} with ${strangeness}: ${String(runs)} runs from seed ${String(seed)} as promised`);
}
