import type { Fault } from '#sandbox';

/** How a gateway words its 401. */
export type GatewayForm = 'html' | 'json' | 'empty';

const operations = ['refresh', 'validate', 'exchange'] as const;
/** More calls than a run makes meanwhile. */
const everyCall = 100_000;

/** Faults with which everything is answered by a gateway that asks for a password of its own. */
export function gatewayFaults(form: GatewayForm): readonly Partial<Fault>[] {
  return operations.map((operation) => ({
    operation,
    kind: 'status',
    status: 401,
    times: everyCall,
    ...answers[form],
  }));
}

const challenge = { 'www-authenticate': 'Basic realm="Restricted"' };

const answers = {
  html: {
    body: '<html><head><title>401</title></head><body><h1>Authorization Required</h1></body></html>',
    headers: { 'content-type': 'text/html', ...challenge },
  },
  json: { body: { message: 'Unauthorized' }, headers: challenge },
  empty: { body: '', headers: challenge },
} as const satisfies Record<GatewayForm, Pick<Fault, 'body' | 'headers'>>;
