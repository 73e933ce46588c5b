import { validateHeaderName } from 'node:http';
import type { Fault, FaultKind, Operation } from '../state/faults.js';
import { Refusal } from './refusal.js';

/** A fault as it is asked for: `times` is 1 where left out, and `callback` has but one kind. */
export interface FaultRequest extends Omit<Fault, 'times' | 'kind'> {
  readonly kind?: FaultKind;
  readonly times?: number;
}

const fieldKinds: readonly (readonly [keyof FaultRequest, readonly FaultKind[]])[] = [
  ['status', ['status', 'html']],
  ['body', ['status']],
  ['headers', ['status']],
];

/** What the shape alone does not tell: which fields go together. */
export function faultOf(request: FaultRequest): Fault {
  const kind = kindOf(request.operation, request.kind);
  for (const [field, kinds] of fieldKinds) {
    if (request[field] !== undefined && !kinds.includes(kind))
      throw bad(`${field} does not go with kind ${kind}.`);
  }
  if (kind === 'status' && request.status === undefined) throw bad('kind status needs a status.');
  if (kind === 'delay' && request.delayMilliseconds === undefined)
    throw bad('kind delay needs delayMilliseconds.');
  for (const name of Object.keys(request.headers ?? {})) checkHeaderName(name);
  return { ...request, kind, times: request.times ?? 1 };
}

function kindOf(operation: Operation, kind: FaultKind | undefined): FaultKind {
  if (operation === 'callback') {
    if (kind !== undefined && kind !== 'not-called')
      throw bad('operation callback has only the kind not-called.');
    return 'not-called';
  }
  if (kind === undefined) throw bad('kind is missing.');
  if (kind === 'not-called') throw bad('kind not-called goes with operation callback only.');
  return kind;
}

function checkHeaderName(name: string): void {
  try {
    validateHeaderName(name);
  } catch {
    throw bad(`headers: ${JSON.stringify(name)} is no header name.`);
  }
}

function bad(message: string): Refusal {
  return new Refusal(400, 'invalid_fault', message);
}
