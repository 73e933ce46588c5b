/** A file that is no entry, and never will be. It says which part is wrong, never what is in it. */
export class EntryUnreadable extends Error {
  override readonly name = 'EntryUnreadable';
}

/** An entry of a later form: a newer broker shares the folder, and it is left to it. */
export class EntryNewer extends Error {
  override readonly name = 'EntryNewer';
}
