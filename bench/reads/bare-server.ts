/**
 * What a hot read is held against: node:http, a hash of the key, one look into a Map, and the same bytes. It asks a
 * broker once for every answer that it is to give: `bare-server.ts <port of the broker> <authorization> <rows>`.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { argv } from 'node:process';
import { tenantOf } from '../stage/stored-tokens.js';

interface Kept {
  readonly headers: readonly string[];
  readonly body: string;
}

/** Node.js adds these itself. */
const ownHeaders = new Set(['date', 'connection', 'keep-alive']);

const [, , brokerPort = '', authorization = '', rows = ''] = argv;
const answers = new Map<string, Kept>();
const left = Array.from({ length: Number(rows) }, (_, index) => index).values();
await Promise.all(Array.from({ length: 8 }, fetchRest));

async function fetchRest(): Promise<void> {
  for (const index of left) await fetchAnswer(index);
}

async function fetchAnswer(index: number): Promise<void> {
  const path = `/v1/tenants/${tenantOf(index)}/deskera-token`;
  const response = await fetch(`http://127.0.0.1:${brokerPort}${path}`, { headers: { authorization } });
  if (response.status !== 200) throw new Error(`the broker answers ${String(response.status)}`);
  const headers = [...response.headers].filter(([name]) => !ownHeaders.has(name)).flat();
  answers.set(path, { headers, body: await response.text() });
}

const keys = new Map([[sha256(authorization), 'bench']]);

const server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
  const caller = keys.get(sha256(request.headers.authorization ?? ''));
  const answer = answers.get(request.url ?? '');
  if (caller === undefined || answer === undefined) response.writeHead(404).end();
  else response.writeHead(200, [...answer.headers]).end(answer.body);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`port: ${String((server.address() as AddressInfo).port)}\n`);
});
process.once('SIGTERM', () => process.exit(0));

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
