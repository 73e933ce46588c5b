import type { Fault } from '../state/faults.js';
import type { Answer } from './answer.js';
import { serviceError } from './deskera-errors.js';

/** `break_off`: the connection is reset. `no_answer`: it stays open, and nothing ever comes. */
export type FaultyEnd = Answer | 'break_off' | 'no_answer';

/** How a call with this fault ends; the answer is that of the work, where it was done. */
export function faultyEnd(fault: Fault, answer: Answer | null): FaultyEnd {
  switch (fault.kind) {
    case 'reset':
    case 'lost-answer':
      return 'break_off';
    case 'timeout':
    case 'not-called':
      return 'no_answer';
    case 'status':
      return statusAnswer(fault);
    case 'html':
      return gatewayPage(fault.status ?? 502);
    case 'malformed':
      return cutShort(answer);
    case 'delay':
      return answer ?? serviceError(500, 'Internal Server Error');
  }
}

function statusAnswer({ status = 500, body, headers = {} }: Fault): Answer {
  const usual = serviceError(status, 'Set by the sandbox.');
  const lowerCase = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const isText = typeof body === 'string';
  const type = isText ? 'text/plain;charset=UTF-8' : 'application/json;charset=UTF-8';
  const text = body === undefined ? usual.body : isText ? body : JSON.stringify(body);
  return { status, headers: { 'content-type': type, ...lowerCase }, body: text };
}

/** What stands in front of Deskera answers, with Deskera out of reach. */
function gatewayPage(status: number): Answer {
  const body = `<html>\r\n<head><title>${String(status)}</title></head>\r\n<body>\r\n<center><h1>${String(status)}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}

/** JSON that ends in the middle, with a Content-Length that says it is complete. */
function cutShort(answer: Answer | null): Answer {
  const whole = answer?.body ?? '';
  const body = whole.startsWith('{')
    ? whole.slice(0, Math.ceil(whole.length / 2))
    : '{"access_token":"eyJhbGciOiJSUzI1';
  return { status: 200, headers: { 'content-type': 'application/json;charset=UTF-8' }, body };
}
