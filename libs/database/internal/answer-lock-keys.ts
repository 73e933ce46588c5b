/**
 * The two keys of the lock that marks a process's answers as held.
 * @param processId a UUID
 */
export function answerLockKeys(processId: string): readonly [number, number] {
  const mark = Buffer.from(processId.replaceAll('-', ''), 'hex');
  return [mark.readInt32BE(0), mark.readInt32BE(4)];
}
