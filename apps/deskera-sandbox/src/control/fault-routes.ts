import type { FastifyInstance } from 'fastify';
import type { World } from '../world.js';
import { faultOf, type FaultRequest } from './fault-rules.js';
import { Refusal } from './refusal.js';
import { faultSchema } from './schemas.js';

export function addFaultRoutes(server: FastifyInstance, world: World): void {
  server.get('/sandbox/faults', () => ({ items: world.faults.list() }));

  server.post<{ Body: FaultRequest }>(
    '/sandbox/faults',
    { schema: { body: faultSchema } },
    (request, reply) => {
      const fault = faultOf(request.body);
      if (!world.faults.add(fault)) throw new Refusal(409, 'too_many_faults', 'Too many faults are waiting.');
      return reply.code(201).send(fault);
    },
  );

  server.delete('/sandbox/faults', (_request, reply) => {
    world.faults.clear();
    return reply.code(204).send();
  });
}
