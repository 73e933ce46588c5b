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
  /** Of a refresh: the text that was presented. */
  readonly refreshToken?: string;
  readonly work: () => Handled;
}

/** Counts a call, lets latency and faults have their say, does the work, and ends it. */
export async function perform(world: World, reply: FastifyReply, call: OperationCall): Promise<void> {
  const ended = world.counters.begin(call.operation, call.orgId);
  let outcome = 'failed';
  noteRefresh(world, reply, call, () => outcome);
  try {
    await world.clock.wait(world.settings.latencyMilliseconds);
    const fault = world.faults.take(call.operation, call.orgId);
    if (fault !== null) {
      const handled = doesItsWork(fault) ? call.work() : null;
      outcome = outcomeOf(fault, handled);
      await world.clock.wait(fault.delayMilliseconds ?? 0);
      await endAsFaulty(reply, fault, handled?.answer ?? null);
      return;
    }
    const handled = call.work();
    outcome = handled.outcome;
    await sendAnswer(reply, handled.answer);
  } finally {
    ended(outcome);
  }
}

/** Ends with the connection's own word on whether the answer got out, which is later than the work. */
function noteRefresh(world: World, reply: FastifyReply, call: OperationCall, outcome: () => string): void {
  const { orgId, refreshToken = '' } = call;
  const presented = world.issuer.refreshTokenOf(refreshToken);
  if (orgId === null || presented === null) return;
  const { grantId, number } = presented;
  const callId = world.journal.nextCallId();
  const caller = callerName(reply.request.headers['x-sandbox-caller']);
  world.note({ kind: 'refresh_arrived', callId, caller, grantId, orgId, number });
  reply.raw.once('close', () => {
    world.note({ kind: 'refresh_ended', callId, outcome: outcome(), answered: reply.raw.writableFinished });
  });
}

function callerName(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header.slice(0, 64) : null;
}

/** What is late only and no grant is the same as in time. */
function outcomeOf({ kind }: Fault, handled: Handled | null): string {
  const isLateRefusal = kind === 'delay' && handled !== null && handled.outcome !== 'succeeded';
  return isLateRefusal ? handled.outcome : `fault_${kind.replaceAll('-', '_')}`;
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
