import { slowness } from '#kernel/testing';

const rememberedMilliseconds = 5_000;

/** How slow this machine is, measured every five seconds at most: a measurement keeps this process from everything else. */
export class MachineSlowness {
  #measured = { value: 1, at: -Infinity };

  now(): number {
    const at = performance.now();
    if (at - this.#measured.at > rememberedMilliseconds) this.#measured = { value: slowness(), at };
    return this.#measured.value;
  }
}
