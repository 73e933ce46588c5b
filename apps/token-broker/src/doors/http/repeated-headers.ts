import type { IncomingMessage } from 'node:http';

/**
 * Whether a request has two `Authorization` or two `Host` fields, in any spelling. Node.js takes the first, others the last:
 * such a request means different things to different programs (RFC 9112 section 3.2). Runs for every request: it makes
 * nothing.
 */
export function hasRepeatedFields({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  let hosts = 0;
  let authorizations = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    else if (name.length === 13 && name.toLowerCase() === 'authorization') authorizations += 1;
  }
  return hosts > 1 || authorizations > 1;
}
