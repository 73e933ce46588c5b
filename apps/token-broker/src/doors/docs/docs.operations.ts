import { cacheable, contentPolicy, entityTag } from '../openapi/answer-headers.js';
import { page } from '../openapi/contents.js';
import { openApiVersion } from '../openapi/document.js';
import type { Answer, Content, Operation, Operations } from '../openapi/operation.js';

function kept(description: string, content: Content): Pick<Operation, 'answers' | 'headers'> {
  const headers = { 'Cache-Control': cacheable, ETag: entityTag };
  const whole: Answer = { description, headers, content };
  return {
    headers: {
      'If-None-Match': {
        description: 'The `ETag` of what the caller has.',
        schema: { type: 'string', examples: ['"9f86d081884c7d65"'] },
      },
    },
    answers: { 200: whole, 304: { description: 'The caller has it already.', headers } },
  };
}

function keptPage(description: string): Pick<Operation, 'answers' | 'headers'> {
  const { answers, ...rest } = kept(description, page('<!doctype html>…'));
  const [whole] = Object.values(answers);
  const headers = { ...whole?.headers, 'Content-Security-Policy': contentPolicy };
  return { ...rest, answers: { ...answers, ...(whole !== undefined && { 200: { ...whole, headers } }) } };
}

const openApiDocument = {
  type: 'object',
  properties: { openapi: { const: openApiVersion }, info: { type: 'object' }, paths: { type: 'object' } },
  required: ['openapi', 'info', 'paths'],
};

const open = { tag: 'Documentation', needs: null, failures: [] } as const;

export const docsOperations: Operations = {
  'GET /openapi.json': {
    ...open,
    id: 'getOpenApiDocument',
    summary: 'This document',
    ...kept('OpenAPI 3.1.', {
      'application/json': {
        schema: openApiDocument,
        example: {
          openapi: openApiVersion,
          info: { title: 'Deskera token broker', version: '1' },
          paths: {},
        },
      },
    }),
  },
  'GET /docs': { ...open, id: 'readDocs', summary: 'This document for people', ...keptPage('A page.') },
  'GET /docs/errors': {
    ...open,
    id: 'readErrorCodes',
    summary: 'What each error code means, and what to do',
    ...keptPage('A page with an anchor for each code: where the `type` of each problem leads.'),
  },
};
