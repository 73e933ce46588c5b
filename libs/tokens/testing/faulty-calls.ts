import { Failure } from '#kernel';

type Contract<Name extends string> = Record<Name, (...values: never[]) => Promise<unknown>>;

/** Resolves when this is asked for the next time. */
export function asked<Name extends string>(contract: Contract<Name>, name: Name): Promise<void> {
  const ask = contract[name].bind(contract);
  return new Promise((resolve) => {
    contract[name] = (...values) => {
      contract[name] = ask;
      resolve();
      return ask(...values);
    };
  });
}

/** The database does what it is asked once more, but its answer is lost. */
export function loseAnswer<Name extends string>(contract: Contract<Name>, name: Name): void {
  const ask = contract[name].bind(contract);
  contract[name] = async (...values) => {
    contract[name] = ask;
    await ask(...values);
    throw unavailable();
  };
}

/** From now on, whatever this is refused with, in order. */
export function refusals<Name extends string>(contract: Contract<Name>, name: Name): readonly unknown[] {
  const refused: unknown[] = [];
  const ask = contract[name].bind(contract);
  contract[name] = (...values) => {
    const answer = ask(...values);
    answer.catch((error: unknown) => refused.push(error));
    return answer;
  };
  return refused;
}

/** Writes its name down whenever it is asked. */
export function noteCalls<Name extends string>(contract: Contract<Name>, name: Name, notes: string[]): void {
  const ask = contract[name].bind(contract);
  contract[name] = (...values) => {
    notes.push(name);
    return ask(...values);
  };
}

/**
 * The database does not do this any more.
 * @param error what it says
 * @returns makes it work again
 */
export function breakCall<Name extends string>(
  contract: Contract<Name>,
  name: Name,
  error: Error = unavailable(),
): () => void {
  const ask = contract[name].bind(contract);
  contract[name] = () => Promise.reject(error);
  return () => {
    contract[name] = ask;
  };
}

function unavailable(): Failure {
  return new Failure('broker_unavailable', 'The database does not answer.');
}
