import type { Socket } from 'node:net';
import tls from 'node:tls';
import { Secret, type ApiVersion } from '#kernel';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import type { Deskera } from '../deskera.js';
import type { GrantOutcome, ValidateOutcome } from '../outcome.js';
import { sent, type CallName, type FarSide, type Told } from './answer-row.js';
import { httpAnswer, RawServer } from './raw-server.js';
import { selfSigned } from './self-signed.js';
import { usualOptions, wiredDeskera } from './wired-deskera.js';

const certificate = selfSigned();
const trusted = tls.getCACertificates('default');
/** Longer than the client waits for anything. */
const longMilliseconds = 3 * usualOptions.timeoutSeconds * 1_000;

interface Played {
  readonly outcome: GrantOutcome | ValidateOutcome;
  /** How many whole requests the far side got. */
  readonly requests: number;
  /** What the client logged. */
  readonly lines: RecordedLogs['lines'];
}

/**
 * Makes one call with the real client over real sockets. Each call has a client and a far side of its own: the system may give
 * out a port again, and the client remembers what a host and port answered before.
 */
export async function play(call: CallName, farSide: FarSide): Promise<Played> {
  const clock = new ManualClock();
  const wired = await wiredDeskera({}, clock);
  // The client's module sets a logger of its own.
  const logs = RecordedLogs.start();
  const server = await serverFor(call, farSide);
  if (farSide.is === 'a certificate for another name') tls.setDefaultCACertificates([certificate.cert]);
  try {
    const outcome = calls[call](wired.deskera, await addressOf(farSide, server));
    if (farSide.is === 'a silence') await letTimePass(clock, server, () => server.bytes > 0);
    if (farSide.is === 'a server' && ['babble', 'time passes'].includes(farSide.then))
      await letTimePass(clock, server, () => server.requests.length > 0);
    return { outcome: await outcome, requests: server.requests.length, lines: logs.lines };
  } finally {
    logs.stop();
    tls.setDefaultCACertificates(trusted);
    await server.close();
    await wired.close();
  }
}

export function toldBy(outcome: GrantOutcome | ValidateOutcome): Told {
  switch (outcome.kind) {
    case 'our_fault':
      return `our_fault ${outcome.reason}`;
    case 'passing':
      return `passing ${outcome.reason}${outcome.definite ? '' : '?'}`;
    case 'granted':
    case 'refused':
    case 'declined':
    case 'valid':
    case 'invalid':
      return outcome.kind;
  }
}

type Call = (deskera: Deskera, apiUrl: string) => Promise<GrantOutcome | ValidateOutcome>;

const exchange =
  (apiVersion: ApiVersion): Call =>
  (deskera, apiUrl) =>
    deskera.exchangeCode({ apiVersion, apiUrl }, Secret.of(sent.code));
const refresh =
  (apiVersion: ApiVersion): Call =>
  (deskera, apiUrl) =>
    deskera.refresh(
      { apiVersion, apiUrl },
      {
        refreshToken: Secret.of(sent.refreshToken),
        identity: { tenantId: '11242', userName: null },
        mayStillSend: () => true,
      },
    );

const calls: Record<CallName, Call> = {
  'exchange v1': exchange('v1'),
  'refresh v1': refresh('v1'),
  'exchange v2': exchange('v2'),
  'refresh v2': refresh('v2'),
  validate: (deskera, apiUrl) => deskera.validate({ apiVersion: 'v1', apiUrl }, Secret.of(sent.token)),
};

async function serverFor(call: CallName, farSide: FarSide): Promise<RawServer> {
  switch (farSide.is) {
    case 'a server':
      return RawServer.start((socket) => write(socket, farSide.writes(call), farSide.then));
    case 'a certificate of its own':
    case 'a certificate for another name':
      return RawServer.start(undefined, { certificate });
    case 'no TLS':
      return RawServer.start(undefined, {
        greet: (socket) => socket.end(httpAnswer(400, 'Plain HTTP here')),
      });
    case 'a hang-up':
      return RawServer.start(undefined, { greet: (socket) => socket.end() });
    case 'nobody':
    case 'no such name':
    case 'a silence':
      return RawServer.start();
  }
}

async function addressOf({ is }: FarSide, server: RawServer): Promise<string> {
  const port = String(server.port);
  switch (is) {
    case 'no such name':
      return 'https://deskera.invalid';
    case 'nobody':
      await server.close();
      return `http://127.0.0.1:${port}`;
    case 'a certificate for another name':
      return `https://localhost:${port}`;
    case 'no TLS':
    case 'a hang-up':
    case 'a silence':
      return `https://127.0.0.1:${port}`;
    case 'a server':
    case 'a certificate of its own':
      return server.url;
  }
}

function write(
  socket: Socket,
  written: readonly (string | Buffer)[],
  then: Extract<FarSide, { is: 'a server' }>['then'],
): void {
  if (then === 'drip') {
    drip(socket, Buffer.concat(written.map((part) => Buffer.from(part))));
    return;
  }
  for (const part of written) socket.write(part, 'latin1');
  if (then === 'end') socket.end();
  if (then === 'reset') setImmediate(() => socket.resetAndDestroy());
  if (then === 'babble') babble(socket, String(written.at(-1)));
}

function drip(socket: Socket, rest: Buffer): void {
  if (rest.length === 0 || socket.destroyed) return;
  socket.setNoDelay(true).write(rest.subarray(0, 1), () => setImmediate(drip, socket, rest.subarray(1)));
}

function babble(socket: Socket, text: string): void {
  if (!socket.destroyed) socket.write(text, () => setImmediate(babble, socket, text));
}

/** What was written by then has been read by the client before its time is over. */
async function letTimePass(clock: ManualClock, server: RawServer, began: () => boolean): Promise<void> {
  await server.until(began);
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(longMilliseconds);
}
