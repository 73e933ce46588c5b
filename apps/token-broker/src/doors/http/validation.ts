import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { Failure } from '#kernel';
import { longestFieldName, mostProblems, requireFewMembers, unknownProblem } from './sent-members.js';

interface FieldError {
  readonly field: string;
  readonly problem: string;
}

/**
 * Checks bodies and queries against their classes. A member that no class names is refused, in queries too: a caller who
 * misspells `minTtlSeconds` must hear of it, and not get a token that lives shorter than meant.
 */
export function requestValidation(): ValidationPipe {
  return new RequestValidation({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    // The value tells whether the member is there at all; it is repeated nowhere.
    validationError: { target: false, value: true },
    exceptionFactory: (errors) =>
      new Failure('invalid_request', 'Some of what was sent is not valid: see errors.', {
        extensions: { errors: fieldErrors(errors).slice(0, mostProblems) },
      }),
  });
}

/** The cost of a check grows with what was sent: the number of members is bounded first. */
class RequestValidation extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' || metadata.type === 'query') requireFewMembers(value);
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

/** Names what is wrong where, and never repeats a value. */
function fieldErrors(errors: readonly ValidationError[], path = ''): FieldError[] {
  return errors.flatMap((error) => {
    const field = `${path}${error.property.slice(0, longestFieldName)}`;
    const own = problemsOf(error).map((problem) => ({ field, problem }));
    return [...own, ...fieldErrors(error.children ?? [], `${field}.`)];
  });
}

/** Rules of one member may share their sentence; of a member that is missing there is no more to say. */
function problemsOf({ constraints = {}, value }: ValidationError): readonly string[] {
  const rules = Object.entries(constraints);
  if (rules.length > 0 && value === undefined && !('whitelistValidation' in constraints))
    return ['is missing'];
  return [...new Set(rules.map(([rule, message]) => problem(rule, message)))];
}

function problem(rule: string, message: string): string {
  if (rule === 'whitelistValidation') return unknownProblem;
  if (rule === 'unknownValue' || rule === 'isObject') return 'must be an object';
  return message;
}
