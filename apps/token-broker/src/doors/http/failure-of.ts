import { HttpException } from '@nestjs/common';
import { Failure, type FailureCode } from '#kernel';

const sentences: Partial<Record<FailureCode, string>> = {
  invalid_request: 'The request could not be read.',
  not_found: 'There is nothing at this address.',
  method_not_allowed: 'This method is not allowed here.',
  request_timeout: 'The request was not complete in time.',
  payload_too_large: 'The body is larger than 64 KB.',
  uri_too_long: 'A part of the address is too long.',
  unsupported_media_type: 'The body must be application/json or application/x-www-form-urlencoded.',
  headers_too_large: 'The header is too large.',
  internal_error: 'Something went wrong here. The request id finds it in the log.',
};

const codesByStatus: Readonly<Record<number, FailureCode>> = {
  400: 'invalid_request',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
};

/** Codes of Node's HTTP parser and server; any other one is a malformed request. */
const codesByParserError: Readonly<Record<string, FailureCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/**
 * Any error as a Failure: the framework's own by their status, what nobody expected as `internal_error`. Their own
 * texts go nowhere, because they may repeat what the caller sent.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = codesByStatus[statusOf(error)];
  return code === undefined ? standardFailure('internal_error', error) : standardFailure(code, error);
}

/** What Node's HTTP parser or server refused before there was a request. */
export function failureOfParser(error: NodeJS.ErrnoException): Failure {
  return standardFailure(codesByParserError[error.code ?? ''] ?? 'invalid_request', error);
}

export function standardFailure(code: FailureCode, cause?: unknown): Failure {
  return new Failure(code, sentences[code] ?? 'The request was refused.', { cause });
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')
    return error.statusCode;
  return 500;
}
