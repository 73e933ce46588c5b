import type { FastifyError } from 'fastify';

/** A control call that can't be done; it is answered as `{ error, message }`. */
export class Refusal extends Error {
  constructor(
    readonly statusCode: number,
    readonly error: string,
    message: string,
  ) {
    super(message);
  }
}

export interface RefusalAnswer {
  readonly status: number;
  readonly body: { readonly error: string; readonly message: string };
}

/** The answer to anything a control call failed with; null where the failure is the sandbox's own. */
export function refusalAnswer(failure: FastifyError | Refusal): RefusalAnswer | null {
  if (failure instanceof Refusal) {
    return { status: failure.statusCode, body: { error: failure.error, message: failure.message } };
  }
  const { statusCode: status = 500, validation, message } = failure;
  if (status >= 500) return null;
  return {
    status,
    body: { error: 'invalid_request', message: validation?.map(sentence).join(' ') ?? message },
  };
}

type Complaint = NonNullable<FastifyError['validation']>[number];

/** The validator leaves out which name it does not know. */
function sentence({ instancePath, message = 'is not valid', params }: Complaint): string {
  const name = instancePath.slice(1).replaceAll('/', '.');
  const unknown = params['additionalProperty'];
  if (typeof unknown === 'string') return `${unknown} is not a known name.`;
  const allowed: unknown = params['allowedValues'];
  const choices = Array.isArray(allowed) ? `: ${allowed.join(', ')}` : '';
  return `${name === '' ? 'The body' : name} ${message}${choices}.`;
}
