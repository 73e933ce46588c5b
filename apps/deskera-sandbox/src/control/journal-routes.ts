import type { FastifyInstance } from 'fastify';
import type { World } from '../world.js';
import { journalSchema } from './schemas.js';

const mostEntriesShown = 5_000;

/** What happened since an entry that is known already, oldest first. */
export function addJournalRoutes(server: FastifyInstance, world: World): void {
  server.get<{ Querystring: { after?: string } }>(
    '/sandbox/journal',
    { schema: { querystring: journalSchema } },
    (request) => world.journal.after(Number(request.query.after ?? '0'), mostEntriesShown),
  );
}
