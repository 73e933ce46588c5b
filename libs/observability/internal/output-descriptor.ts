import { constants, fstatSync, openSync } from 'node:fs';

export interface Output {
  readonly descriptor: number;
  /** A write may wait for as long as its reader stands still. */
  readonly mayBlock: boolean;
}

const reopenFlags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * A way to write to one of the process's standard streams that does not wait for a reader. A write that waits would occupy a
 * thread for good, and the process could not end: Node joins its threads at exit.
 *
 * A pipe or a terminal is opened again, so that nobody who shares it is affected. A socket, or a pipe of another user, cannot
 * be: Node's own stream switches that to non-blocking as soon as it is touched. A file takes what it is given, or refuses it.
 */
export function openOutput(descriptor: number): Output {
  const stat = fstatSync(descriptor);
  if (stat.isFile()) return { descriptor, mayBlock: false };
  if (!stat.isSocket()) {
    const opened = reopened(descriptor);
    if (opened !== null) return { descriptor: opened, mayBlock: false };
  }
  const isStream = stat.isSocket() || stat.isFIFO();
  return { descriptor, mayBlock: !(isStream && standardStreamIsTouched(descriptor)) };
}

function reopened(descriptor: number): number | null {
  try {
    return openSync(`/proc/self/fd/${String(descriptor)}`, reopenFlags);
  } catch {
    return null;
  }
}

function standardStreamIsTouched(descriptor: number): boolean {
  if (descriptor === 1) return process.stdout.writable;
  if (descriptor === 2) return process.stderr.writable;
  return false;
}
