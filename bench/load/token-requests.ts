import { tenantOf } from '../stage/stored-tokens.js';

/** Requests for the token of each of these rows, as an HTTP client of Node.js writes them. */
export function tokenRequests(indexes: readonly number[], authorization: string): Buffer[] {
  return indexes.map((index) =>
    Buffer.from(
      `GET /v1/tenants/${tenantOf(index)}/deskera-token HTTP/1.1\r\n` +
        'Host: 127.0.0.1\r\n' +
        `Authorization: ${authorization}\r\n` +
        'Accept: application/json\r\n' +
        'Connection: keep-alive\r\n\r\n',
    ),
  );
}
