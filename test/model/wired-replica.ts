import type { Type } from '@nestjs/common';
import type { ConnectionRecord } from '#connections';
import { TokensModule } from '#tokens';

type Contract = abstract new (...parts: never[]) => unknown;
/** As the model calls it: with a record. */
type Method = (record: ConnectionRecord) => Promise<unknown>;
/** What a method becomes when it is broken on purpose. */
type Broken = (real: Method) => Method;
type Provider = Type | { readonly provide: Contract; readonly useClass: Type };

/**
 * The tokens room of one process, wired from its module's own list. Nest would do the same in some twenty milliseconds:
 * the model starts tens of thousands of processes.
 */
export class WiredReplica {
  readonly #made = new Map<unknown, unknown>();
  readonly #classes = new Map<unknown, Type>();

  /**
   * @param parts what the other rooms would bring
   * @param substitutes of classes that are the room's own, by their name
   */
  constructor(
    parts: readonly (readonly [Contract, unknown])[],
    substitutes: Readonly<Record<string, unknown>>,
  ) {
    for (const provider of Reflect.getMetadata('providers', TokensModule) as Provider[]) {
      const [contract, made] =
        'useClass' in provider ? [provider.provide, provider.useClass] : [provider, provider];
      this.#classes.set(contract, made);
      if (made.name in substitutes) this.#made.set(contract, substitutes[made.name]);
    }
    for (const [contract, part] of parts) this.#made.set(contract, part);
  }

  /** Breaks methods of a class that is the room's own, on purpose. */
  spoil(className: string, methods: Readonly<Record<string, Broken>>): void {
    const contract = [...this.#classes].find(([, made]) => made.name === className)?.[0];
    if (contract === undefined) throw new Error(`the tokens room has no ${className}`);
    const part = this.#resolve(contract as Contract) as Record<string, Method>;
    for (const [name, broken] of Object.entries(methods)) {
      const real = part[name];
      if (real === undefined) throw new Error(`${className} has no ${name}`);
      part[name] = broken(real.bind(part));
    }
  }

  get<Part>(contract: abstract new (...parts: never[]) => Part): Part {
    return this.#resolve(contract) as Part;
  }

  #resolve(contract: Contract): unknown {
    const present = this.#made.get(contract);
    if (present !== undefined) return present;
    const made = this.#classes.get(contract);
    if (made === undefined) throw new Error(`the model has no ${contract.name} for the tokens room`);
    const parameters = (Reflect.getMetadata('design:paramtypes', made) ?? []) as Contract[];
    const part: unknown = new made(...parameters.map((parameter) => this.#resolve(parameter)));
    this.#made.set(contract, part);
    return part;
  }
}
