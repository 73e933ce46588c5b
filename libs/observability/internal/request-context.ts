import { AsyncLocalStorage } from 'node:async_hooks';

const currentRequestId = new AsyncLocalStorage<string>();

/** Everything that is logged by the work begun in `work` carries the request id. */
export function withRequestId(requestId: string, work: () => void): void {
  currentRequestId.run(requestId, work);
}

/** To be merged into each line; a line that names a request id itself keeps its own. */
export function requestContext(): { requestId?: string } {
  const requestId = currentRequestId.getStore();
  return requestId === undefined ? {} : { requestId };
}
