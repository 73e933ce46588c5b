/** An endpoint in a process of its own: answers 204 at once, and tells who asks what has arrived. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import process, { exit, hrtime } from 'node:process';
import type { AddressInfo } from 'node:net';

/** What has arrived since it was told to `begin`. */
export interface Arrivals {
  /** Calls, and how many different webhooks they brought. */
  readonly calls: number;
  readonly webhooks: number;
  /** Milliseconds of the machine's monotonic clock, which all processes share. */
  readonly firstAt: number;
}

/** The last call as it came. */
export interface Sample {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const seen = new Set<string>();
let calls = 0;
let firstAt = 0;
let sample: Sample = { headers: {}, body: '' };

const server = createServer((request, response) => {
  if (calls === 0) firstAt = Number(hrtime.bigint()) / 1e6;
  calls += 1;
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.once('end', () => {
    response.writeHead(204).end();
    const { headers } = request;
    seen.add(String(headers['webhook-id']));
    sample = { headers, body: Buffer.concat(parts).toString() };
  });
});

function begin(): string {
  seen.clear();
  calls = 0;
  return 'begun';
}

process.on('message', (question) => {
  if (question === 'begin') process.send?.(begin());
  if (question === 'sample') process.send?.(sample);
  if (question === 'arrivals') process.send?.({ calls, webhooks: seen.size, firstAt } satisfies Arrivals);
});
process.once('disconnect', () => exit(0));

server.listen(0, 'localhost', () => {
  process.stdout.write(`port: ${String((server.address() as AddressInfo).port)}\n`);
});
