import type { Answer, Silence } from './caller.js';
import type { Findings } from './findings.js';
import type { Replica } from './replica.js';
import { times } from './settings.js';

/** What a caller is promised, and what a busy machine may add to it. */
const latestMilliseconds = (times.deskeraTimeoutSeconds + 2) * 1_000;
const busyMachineMilliseconds = 3_000;

/** What a client says of a connection that ends under its request. */
const broken = /ECONNRESET|EPIPE|other side closed|socket hang up/;

type Asked = Pick<Replica, 'lifeName' | 'ranThrough' | 'wasStopping'>;

/**
 * Holds what became of a call against the contract; null where no answer came. A replica that was stopped, killed, paused
 * or starting meanwhile owes none.
 * @param call method and path
 * @param slowness how many times slower this machine is than one that does nothing else; asked only about a late answer
 */
export function judgeOutcome(
  findings: Findings,
  replica: Asked,
  call: string,
  outcome: Answer | Silence,
  slowness: () => number,
): Answer | null {
  if (isLate(replica, outcome, slowness)) findings.found('lateAnswer', wordsOf(replica, call, outcome));
  if (!('failure' in outcome)) {
    judgeAnswer(findings, call, outcome);
    return outcome;
  }
  findings.observed('calls without an answer');
  if (broken.test(outcome.failure) && replica.wasStopping(outcome.to))
    findings.brokenByStop(replica.lifeName, `${wordsOf(replica, call, outcome)}: ${outcome.failure}`);
  if (replica.ranThrough(outcome.from, outcome.to))
    findings.found('noAnswer', `${wordsOf(replica, call, outcome)}: ${outcome.failure}`);
  return null;
}

function isLate(replica: Asked, { from, to }: Answer | Silence, slowness: () => number): boolean {
  const left = to - from - busyMachineMilliseconds;
  return left > latestMilliseconds && replica.ranThrough(from, to) && left > latestMilliseconds * slowness();
}

function judgeAnswer(findings: Findings, call: string, answer: Answer): void {
  if (call.startsWith('GET '))
    findings.observed(`reads: ${String(answer.status)} ${codeOf(answer)}`.trimEnd());
  if (blamesClient(answer))
    findings.found('clientBlamed', `${call}: ${JSON.stringify(answer.json['code'] ?? 'degraded')}`);
  if (!isExpected(answer))
    findings.found('unexpectedAnswer', `${call}: ${String(answer.status)} ${JSON.stringify(answer.json)}`);
}

function blamesClient({ json }: Answer): boolean {
  return json['code'] === 'deskera_client_refused' || json['degraded'] === 'client_refused';
}

function wordsOf({ lifeName }: Asked, call: string, { from, to }: Answer | Silence): string {
  return `${lifeName} took ${String(to - from)} ms from ${new Date(from).toISOString()} for ${call}`;
}

function codeOf({ status, json }: Answer): string {
  return status === 200 ? '' : String(json['code']);
}

/** As the contract has it: a token, or a problem that says what to do. */
function isExpected({ status, json, type, retryAfter }: Answer): boolean {
  if (status === 200) return typeof json['deskeraToken'] === 'string';
  if (!type.includes('application/problem+json')) return false;
  if (status === 503) return retryAfter !== null;
  return (
    (status === 404 && json['code'] !== undefined) ||
    (status === 409 && json['code'] === 'reconnect_required')
  );
}
