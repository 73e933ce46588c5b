import { location } from '../openapi/answer-headers.js';
import { page } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';

export const landingOperations: Operations = {
  'GET /connected': {
    id: 'landConnected',
    tag: 'People and Deskera',
    summary: 'Where a person lands after a connect',
    description:
      'With `activation: browser`, landing in the browser that opened the link lets the connection be served. Where another browser lands first, the session fails with `wrong_browser` and the grant is erased. With V1 this proves nothing about who consented where the opener may edit Deskera’s address: without its `redirect_uri` no other browser lands. HEAD and prefetches change nothing. Other parameters are ignored.',
    needs: null,
    query: {
      session: { description: 'The connect session’s id.', schema: { type: 'string' } },
      status: { description: 'As it was told; not looked at.', schema: { type: 'string' } },
    },
    answers: {
      200: { description: 'How the connect stands.', content: page('<!doctype html>…') },
      204: { description: 'Fetched ahead of the person (`Sec-Purpose: prefetch`).' },
      303: { description: 'On to the service’s own page.', headers: { Location: location } },
    },
    failures: [],
    pages: ['invalid_request', 'wrong_browser', 'broker_unavailable'],
  },
  'GET /not-connected': {
    id: 'landNotConnected',
    tag: 'People and Deskera',
    summary: 'Where a person lands whose connect failed',
    description: 'Other parameters are ignored.',
    needs: null,
    query: {
      code: { description: 'Why; what is no code of ours is not shown.', schema: { type: 'string' } },
      session: { description: 'The connect session’s id; not looked at.', schema: { type: 'string' } },
      status: { description: 'As it was told; not looked at.', schema: { type: 'string' } },
    },
    answers: {
      200: { description: 'What happened, and what to do next.', content: page('<!doctype html>…') },
    },
    failures: [],
    pages: ['invalid_request'],
  },
};
