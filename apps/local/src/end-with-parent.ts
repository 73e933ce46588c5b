import { spawn } from 'node:child_process';

/**
 * Reads from a pipe that only the parent holds open. A line says that the watched process has ended in order; end of
 * file says that the parent is gone, however it went, SIGKILL included: then the watched process is told to end.
 */
const watch = `
read -r _ && exit 0
pid=$1
kill -s "$2" "$pid"
shift 2
[ "$#" -gt 0 ] || exit 0
while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
rm -rf -- "$@"
`;

export interface EndWithParentOptions {
  readonly pid: number;
  /** What the process takes as a request to end in order. */
  readonly signal: 'INT' | 'TERM';
  /** Folders removed once the process is gone, for what nobody wants to keep. */
  readonly removeAfterwards?: readonly string[];
}

/**
 * Sees to it that a child does not outlive this process. The kernels that Node.js runs on differ in how they offer
 * that, if at all; a shell that waits for the end of a pipe does it on all of them.
 *
 * @returns to be called when the child has ended: from then on its process id may belong to somebody else
 */
export function endWithParent({ pid, signal, removeAfterwards = [] }: EndWithParentOptions): () => void {
  const watcher = spawn('/bin/sh', ['-c', watch, 'sh', String(pid), signal, ...removeAfterwards], {
    // A session of its own: Ctrl-C reaches the whole group of a terminal, and the watcher must outlive that.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  watcher.unref();
  const { stdin } = watcher;
  stdin.on('error', () => undefined);
  return () => {
    stdin.end('ended\n');
  };
}
