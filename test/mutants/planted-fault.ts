/** A mistake that somebody could make in the sources, and the specs that must fail with it. */
export interface PlantedFault {
  readonly name: string;
  /** Path from the root of the project. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly search: string;
  readonly replacement: string;
  /** Paths of the nearest specs, the fastest first. At least one of them must fail. */
  readonly specs: readonly string[];
}

/** Thrown where an entry does not fit the sources any more. */
export class TableOutOfDate extends Error {
  constructor({ name, file }: PlantedFault, why: string) {
    super(`The table is out of date: "${name}" in ${file}: ${why}.`);
  }
}

/**
 * @param text the whole file as it is without the fault
 * @throws TableOutOfDate where the search text does not occur exactly once, or nothing would change
 */
export function withFault(text: string, fault: PlantedFault): string {
  const { search, replacement } = fault;
  if (search === replacement) throw new TableOutOfDate(fault, 'the replacement changes nothing');
  const occurrences = search === '' ? 0 : text.split(search).length - 1;
  if (occurrences !== 1)
    throw new TableOutOfDate(fault, `the search text occurs ${String(occurrences)} times`);
  return text.replace(search, () => replacement);
}
