import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { Failure } from '#kernel';

const longestFieldName = 64;

interface FieldError {
  readonly field: string;
  readonly problem: string;
}

/**
 * Checks bodies and queries against their classes. A member that no class names is refused, in queries too: a caller who
 * misspells `minTtlSeconds` must hear of it, and not get a token that lives shorter than meant.
 */
export function requestValidation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) =>
      new Failure('invalid_request', 'Some of what was sent is not valid: see errors.', {
        extensions: { errors: fieldErrors(errors) },
      }),
  });
}

/** Names what is wrong where, and never repeats a value. */
function fieldErrors(errors: readonly ValidationError[], path = ''): FieldError[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const field = `${path}${property.slice(0, longestFieldName)}`;
    const own = Object.entries(constraints ?? {}).map(([rule, message]) => problem(rule, message));
    // Rules of one member may share their sentence.
    const once = [...new Set(own)].map((text) => ({ field, problem: text }));
    return [...once, ...fieldErrors(children ?? [], `${field}.`)];
  });
}

function problem(rule: string, message: string): string {
  if (rule === 'whitelistValidation') return 'is not known here';
  if (rule === 'unknownValue' || rule === 'isObject') return 'must be an object';
  return message;
}
