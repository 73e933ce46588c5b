import type { FastifyInstance } from 'fastify';
import type { NewOrg, Org } from '../state/orgs.js';
import type { World } from '../world.js';
import { Refusal } from './refusal.js';
import { orgSchema } from './schemas.js';

const mostOrgsShown = 1000;

interface OrgPath {
  Params: { readonly id: string };
}

export function addOrgRoutes(server: FastifyInstance, world: World): void {
  server.get('/sandbox/orgs', () => ({
    items: world.orgs.list(mostOrgsShown).map(shown),
    total: world.orgs.count,
  }));

  server.post<{ Body: NewOrg }>('/sandbox/orgs', { schema: { body: orgSchema } }, (request, reply) => {
    const isKnown = world.orgs.find(request.body.id ?? '') !== undefined;
    return reply.code(isKnown ? 200 : 201).send(shown(addOrg(world, request.body)));
  });

  server.post<OrgPath>('/sandbox/orgs/:id/revoke', (request, reply) => {
    const { id: orgId } = request.params;
    const { lastNumber } = world.grants;
    world.orgs.revoke(orgNamed(world, orgId), lastNumber);
    world.note({ kind: 'org_revoked', orgId, throughNumber: lastNumber });
    return reply.code(204).send();
  });

  server.post<OrgPath>('/sandbox/orgs/:id/expire', (request, reply) => {
    const { id: orgId } = request.params;
    const { lastNumber } = world.grants;
    world.orgs.expire(orgNamed(world, orgId), lastNumber);
    world.note({ kind: 'org_expired', orgId, throughNumber: lastNumber });
    return reply.code(204).send();
  });
}

/** The org, or the refusal that there is none of that id. */
export function orgNamed(world: World, id: string): Org {
  const org = world.orgs.find(id);
  if (org === undefined) throw new Refusal(404, 'unknown_org', `There is no org ${id}.`);
  return org;
}

export function addOrg(world: World, wanted: NewOrg): Org {
  const org = world.orgs.add(wanted);
  if (org === null) throw new Refusal(409, 'too_many_orgs', 'There are too many orgs.');
  return org;
}

function shown({ id, name, email }: Org): object {
  return { id, name, email };
}
