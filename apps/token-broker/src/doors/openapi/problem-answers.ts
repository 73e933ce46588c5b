import { Failure, failureKinds, type FailureCode } from '#kernel';
import { problemOf } from '../http/problem.js';
import {
  authenticate,
  notStored,
  rateLimit,
  rateLimitPolicy,
  requestIdHeader,
  retryAfter,
} from './answer-headers.js';
import { component } from './component.js';
import { problemExtensions, problemSchema } from './problem-schema.js';
import type { Header } from './operation.js';

const exampleUrl = 'https://broker.example';

/** The problem and page answers of an operation, by status. */
export function problemAnswers(
  codes: readonly FailureCode[],
  pages: readonly FailureCode[],
): Record<string, object> {
  const all = [...new Set([...codes, ...pages])];
  const statuses = [...new Set(all.map((code) => failureKinds[code].status))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = (each: FailureCode): boolean => failureKinds[each].status === status;
      return [status, problemAnswer(status, codes.filter(ofStatus), pages.filter(ofStatus))];
    }),
  );
}

function problemAnswer(status: number, codes: readonly FailureCode[], pages: readonly FailureCode[]): object {
  const unique = [...new Set(codes)].sort();
  const shown = [...new Set(pages)].sort();
  const name = [status, ...unique, ...(shown.length > 0 ? ['page', ...shown] : [])].join('.');
  return component('responses', name, {
    description: describe(unique, shown),
    headers: headersOf(status),
    content: {
      ...(unique.length > 0 && { 'application/problem+json': problemContent(status, unique) }),
      ...(shown.length > 0 && { 'text/html': { schema: { type: 'string' }, example: '<!doctype html>…' } }),
    },
  });
}

function problemContent(status: number, codes: readonly FailureCode[]): object {
  const examples = codes.map((code) => [code, { value: exampleProblem(code) }] as const);
  return { schema: problemSchema(status, codes), examples: Object.fromEntries(examples) };
}

function exampleProblem(code: FailureCode): object {
  const extensions = problemExtensions[code]?.example ?? {};
  return problemOf(new Failure(code, `${failureKinds[code].title}.`, { extensions }), exampleUrl);
}

function describe(codes: readonly FailureCode[], pages: readonly FailureCode[]): string {
  const told = (each: readonly FailureCode[]): string =>
    each.map((code) => `\`${code}\`: ${failureKinds[code].title}.`).join(' ');
  if (pages.length === 0) return told(codes);
  const asPage = `As a page for people: ${told(pages)}`;
  return codes.length === 0 ? asPage : `${told(codes)} ${asPage}`;
}

function headersOf(status: number): Readonly<Record<string, Header>> {
  return {
    'x-request-id': requestIdHeader,
    'Cache-Control': notStored,
    ...(status === 401 && { 'WWW-Authenticate': authenticate }),
    ...(status === 429 && { 'RateLimit-Policy': rateLimitPolicy, RateLimit: rateLimit }),
    ...((status === 429 || status === 503) && { 'Retry-After': retryAfter }),
  };
}
