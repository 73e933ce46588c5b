import { stdout } from 'node:process';

/** Tells the story step by step, and stops it where something is not as it should be. */
export class Narrator {
  #step = 0;

  step(title: string): void {
    this.#step += 1;
    stdout.write(`\n${String(this.#step)}. ${title}\n`);
  }

  tell(line: string): void {
    stdout.write(`   ${line}\n`);
  }

  /** Tells what was found where it is what was expected. */
  expect<Found extends string | number | boolean | undefined>(
    what: string,
    found: Found,
    expected: Found,
  ): void {
    if (found !== expected) {
      throw new Error(`${what}: expected ${String(expected)}, found ${String(found)}`);
    }
    this.tell(`✓ ${what}: ${String(found)}`);
  }

  expectDifferent(what: string, found: string, earlier: string): void {
    if (found === earlier) throw new Error(`${what}: expected another than ${earlier}`);
    this.tell(`✓ ${what}: ${found}, no longer ${earlier}`);
  }
}
