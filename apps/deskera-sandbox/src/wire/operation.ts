import type { FastifyReply } from 'fastify';
import type { Fault, Operation } from '../state/faults.js';
import type { World } from '../world.js';
import type { Answer, Handled } from './answer.js';
import { faultyEnd } from './fault-ends.js';
import { breakOff, leaveWithoutAnswer, sendAnswer } from './sending.js';

/** One call to the API: what it is about, and what it does once its time has come. */
export interface OperationCall {
  readonly operation: Operation;
  /** Null where the call names no org that exists. */
  readonly orgId: string | null;
  readonly work: () => Handled;
}

/** Counts a call, lets latency and faults have their say, does the work, and ends it. */
export async function perform(world: World, reply: FastifyReply, call: OperationCall): Promise<void> {
  const ended = world.counters.begin(call.operation, call.orgId);
  let outcome = 'failed';
  try {
    await world.clock.wait(world.settings.latencyMilliseconds);
    const fault = world.faults.take(call.operation, call.orgId);
    if (fault !== null) {
      outcome = `fault_${fault.kind.replaceAll('-', '_')}`;
      await performFaulty(world, reply, call, fault);
      return;
    }
    const handled = call.work();
    outcome = handled.outcome;
    await sendAnswer(reply, handled.answer);
  } finally {
    ended(outcome);
  }
}

async function performFaulty(
  world: World,
  reply: FastifyReply,
  call: OperationCall,
  fault: Fault,
): Promise<void> {
  const answer = doesItsWork(fault) ? call.work().answer : null;
  await world.clock.wait(fault.delayMilliseconds ?? 0);
  await endAsFaulty(reply, fault, answer);
}

function doesItsWork({ kind, acts }: Fault): boolean {
  return kind === 'lost-answer' || kind === 'delay' || acts === true;
}

async function endAsFaulty(reply: FastifyReply, fault: Fault, answer: Answer | null): Promise<void> {
  const end = faultyEnd(fault, answer);
  if (end === 'break_off') breakOff(reply);
  else if (end === 'no_answer') await leaveWithoutAnswer(reply);
  else await sendAnswer(reply, end);
}
