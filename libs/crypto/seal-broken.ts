/**
 * Why a sealed text does not open:
 * - `malformed`: it is not something that was ever sealed here;
 * - `algorithm_refused`: it names another algorithm than the one in use;
 * - `unknown_key`: its key is not among ours, or carries another id here;
 * - `tampered`: it was changed, or its key's bytes are not those it was sealed with;
 * - `other_context`: it is genuine, but belongs to another row, grant or purpose.
 */
export type SealFault = 'malformed' | 'algorithm_refused' | 'unknown_key' | 'tampered' | 'other_context';

/**
 * A sealed text that can't be opened. It says which way, and where it helps the key id or the name of the member that
 * differs; never any content. It says nothing about the grant: a missing key is our own doing.
 */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';

  constructor(
    readonly fault: SealFault,
    detail?: string,
  ) {
    super(detail === undefined ? fault : `${fault}: ${detail}`);
  }
}
