import {
  NotConnectedError,
  OrgAmbiguousError,
  ReconnectRequiredError,
  TokenBrokerError,
  type Problem,
} from '../errors.js';
import { isRecord, unexpectedAnswer } from './answer-fields.js';
import { retryAfterSeconds } from './retry-after.js';

const longestMessage = 500;

/** The error for an answer that is no success: the broker's problem, or `unexpected_answer` for all else. */
export function readProblem(status: number, headers: Headers, text: string): TokenBrokerError {
  const seconds = retryAfterSeconds(headers);
  const problem = problemIn(text);
  if (status < 400 || problem === null) {
    // Nothing of it is repeated: it may be anybody's page.
    return unexpectedAnswer(`status ${String(status)} without a problem`, status, seconds);
  }
  return errorOf(problem, { status, retryAfterSeconds: seconds, problem });
}

function errorOf(
  problem: Problem,
  details: { readonly status: number; readonly retryAfterSeconds: number | undefined; problem: Problem },
): TokenBrokerError {
  const message = messageOf(problem);
  switch (problem.code) {
    case 'not_connected':
    case 'org_not_connected':
      return new NotConnectedError(problem.code, message, details);
    case 'reconnect_required':
      return new ReconnectRequiredError(
        message,
        details,
        textOrNull(problem['reason']),
        textOrNull(problem['since']),
      );
    case 'org_ambiguous':
      return new OrgAmbiguousError(message, details, orgsOf(problem['orgs']));
    default:
      return new TokenBrokerError(problem.code, message, details);
  }
}

function problemIn(text: string): Problem | null {
  try {
    const value: unknown = JSON.parse(text);
    return isProblem(value) ? value : null;
  } catch {
    return null;
  }
}

function isProblem(value: unknown): value is Problem {
  return isRecord(value) && typeof value['code'] === 'string' && /^[a-z][a-z0-9_]{0,63}$/.test(value['code']);
}

function messageOf({ code, title, detail }: Problem): string {
  const words = [detail, title].find((text) => typeof text === 'string' && text !== '');
  return typeof words === 'string' ? words.slice(0, longestMessage) : code;
}

/** What can't be read is left out: an error about an error would hide the first. */
function orgsOf(value: unknown): OrgAmbiguousError['orgs'] {
  return (Array.isArray(value) ? value : []).filter(isRecord).map(({ id, name, status }) => ({
    id: textOrNull(id),
    name: textOrNull(name),
    status: textOrNull(status) ?? 'unknown',
  }));
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
