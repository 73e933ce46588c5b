import type { Admin } from './admin.js';
import { largeTenant, type Planted } from './long-lists.js';

/** A list of the HTTP API, how much is on it, and what tells its items apart. */
interface ExpectedList {
  readonly path: string;
  readonly count: number;
  readonly id: string;
}

interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly nextCursor?: string | null;
}

const atOnce = 4;

/** Reads every list there is to its last page, some at once. @throws where anything is missing or is on one twice */
export async function readLists(admin: Admin, planted: Planted): Promise<void> {
  const lists = expectedLists(planted);
  const reader = async (): Promise<void> => {
    for (let list = lists.shift(); list !== undefined; list = lists.shift()) await readList(admin, list);
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
}

function expectedLists(planted: Planted): ExpectedList[] {
  const { grants, ofLargeTenant, serviceKeys, webhookIds, history, connectionId } = planted;
  const all = '/admin/api/connections?limit=200';
  const ofConnection = `/admin/api/connections/${connectionId}`;
  return [
    { path: `/v1/tenants/${largeTenant}/connections`, count: ofLargeTenant, id: 'connectionId' },
    { path: all, count: grants + ofLargeTenant, id: 'connectionId' },
    { path: `${all}&status=connected`, count: grants, id: 'connectionId' },
    { path: `${all}&q=PLATFORM`, count: ofLargeTenant, id: 'connectionId' },
    { path: `${all}&q=nobody`, count: 0, id: 'connectionId' },
    { path: '/admin/api/service-keys', count: serviceKeys + 1, id: 'keyId' },
    { path: '/admin/api/webhooks', count: webhookIds.length, id: 'id' },
    {
      path: `/admin/api/webhooks/${webhookIds[0] ?? ''}/deliveries?limit=200`,
      count: history,
      id: 'deliveryId',
    },
    { path: `${ofConnection}/events`, count: history, id: 'eventId' },
    { path: `${ofConnection}/hand-outs?limit=200`, count: history, id: 'hour' },
  ];
}

async function readList(admin: Admin, { path, count, id }: ExpectedList): Promise<void> {
  const ids: unknown[] = [];
  let cursor: string | null = null;
  do {
    const on: string =
      cursor === null ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
    const page: Page = await admin.ask<Page>('GET', `${path}${on}`);
    ids.push(...page.items.map((item) => item[id]));
    cursor = page.nextCursor ?? null;
  } while (cursor !== null);
  if (ids.length !== count || new Set(ids).size !== count || ids.includes(undefined))
    throw new Error(`${path} brought ${String(ids.length)} of ${String(count)}, or not each of them once.`);
}
