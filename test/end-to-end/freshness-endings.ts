import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '#kernel/testing';
import type { BrokerClient } from './broker-client.js';
import { connectOrg, disconnectOrg } from './connect-org.js';
import { hasHeard } from './has-heard.js';
import type { SandboxControl } from './sandbox-control.js';

/** What the promise says: a request that began so long after the answer never gets the old token. */
export const promiseMilliseconds = 1_000;
/** A read is begun so often, whether or not those before it were answered. */
const readEveryMilliseconds = 60;

export interface Read {
  /** Milliseconds after the ending was answered. */
  readonly beganAfter: number;
  readonly status: number;
  /** The token is the one that ended, or the key. */
  readonly old: boolean;
  readonly degraded: unknown;
}

/** One way in which a token, or a key, stops being good, and what a replica says once it knows. */
export interface Ending {
  readonly name: string;
  /** Ends it at the one replica, in front of the other's eyes: it has it in memory. */
  readonly end: () => Promise<void>;
  readonly read: () => Promise<{ status: number; old: boolean; degraded: unknown }>;
  readonly isTruth: (read: Pick<Read, 'status' | 'old'>) => boolean;
}

let lastOrg = 810_000;

/**
 * One tenant for each ending, connected, and remembered by both replicas.
 * @param acting where it is ended; `reading`: the one that must come to know
 */
export async function prepareEndings(
  acting: BrokerClient,
  reading: BrokerClient,
  sandbox: SandboxControl,
): Promise<readonly Ending[]> {
  const served = { isTruth: ({ status, old }: Pick<Read, 'status' | 'old'>) => status === 200 && !old };
  const prepare = async (name: string) => {
    const orgId = String((lastOrg += 1));
    const tenantId = `${name}-${orgId}`;
    await connectOrg(acting, sandbox, tenantId, orgId);
    const before = String((await acting.token(tenantId)).json['fingerprint']);
    return { orgId, tenantId, before, read: readerOf(reading, tenantId, before) };
  };
  const [gone, again, bad, keyed] = await Promise.all(
    ['disconnect', 'reconnect', 'known-bad', 'key-revoked'].map(prepare),
  );
  if (gone === undefined || again === undefined || bad === undefined || keyed === undefined)
    throw new Error();
  const { json: key } = await acting.call('POST', '/admin/api/service-keys', {
    name: 'reader',
    scopes: ['tokens:read'],
    tenants: [keyed.tenantId],
  });
  const revoked = readerOf(reading.withKey(String(key['key'])), keyed.tenantId, keyed.before);
  await hasHeard(reading);
  for (const read of [gone.read, again.read, bad.read, revoked])
    await eventually(async () => (await read()).old);
  return [
    {
      name: 'disconnect',
      end: () => disconnectOrg(acting, gone.tenantId),
      read: gone.read,
      isTruth: ({ status }) => status === 404,
    },
    {
      name: 'reconnect',
      end: () => connectOrg(acting, sandbox, again.tenantId, again.orgId),
      read: again.read,
      ...served,
    },
    {
      name: 'known bad',
      end: async () => {
        await sandbox.expire(bad.orgId);
        const rejections = `/v1/tenants/${bad.tenantId}/deskera-token/rejections`;
        await acting.call('POST', rejections, { fingerprint: bad.before });
      },
      read: bad.read,
      ...served,
    },
    {
      name: 'key revoked',
      end: async () => {
        await acting.call('DELETE', `/admin/api/service-keys/${String(key['keyId'])}`);
      },
      read: revoked,
      // So many reads with it are beyond what an address may show of bad keys.
      isTruth: ({ status }) => status === 401 || status === 429,
    },
  ];
}

function readerOf(broker: BrokerClient, tenantId: string, before: string): Ending['read'] {
  return async () => {
    const { status, json } = await broker.token(tenantId);
    return { status, old: status === 200 && json['fingerprint'] === before, degraded: json['degraded'] };
  };
}

/**
 * Reads all the time from the moment at which the promise begins.
 * @returns what was answered to whoever began while `stillReading`
 */
export async function readOn(
  { read }: Ending,
  answeredAt: number,
  stillReading: () => boolean,
  everyMilliseconds = readEveryMilliseconds,
): Promise<Read[]> {
  const reads: Promise<Read>[] = [];
  // That time passes is the point here.
  await wait(Math.max(0, answeredAt + promiseMilliseconds + 1 - performance.now()));
  while (stillReading()) {
    const beganAfter = performance.now() - answeredAt;
    reads.push(read().then((answer) => ({ beganAfter, ...answer })));
    await wait(everyMilliseconds);
  }
  return Promise.all(reads);
}
