import { location } from '../openapi/answer-headers.js';
import { component } from '../openapi/component.js';
import { page } from '../openapi/contents.js';
import type { Header, Operations } from '../openapi/operation.js';

const browserCookie: Header = component('headers', 'BrowserCookie', {
  description: 'Binds the callback, or the landing, to this browser.',
  schema: { type: 'string' },
  required: true,
});

export const linkOperations: Operations = {
  'GET /connect/{linkId}': {
    id: 'openConnectLink',
    tag: 'People and Deskera',
    summary: 'Open a connect link',
    description:
      'Each opening has a `state` of its own. A link may be opened until a connect through it completed or it expired; one that is not known looks the same. Other parameters are ignored.',
    needs: null,
    query: {
      continue: {
        description:
          'Given by the page that shows the label: proves that this browser saw it. Anything else shows the page again.',
        schema: { type: 'string' },
      },
    },
    answers: {
      200: {
        description: 'To whom the organisation will be connected, where the link has a label.',
        headers: { 'Set-Cookie': browserCookie },
        content: page('<!doctype html>…'),
      },
      204: { description: 'Fetched ahead of the person (`Sec-Purpose: prefetch`): nothing is begun.' },
      303: { description: 'On to Deskera.', headers: { Location: location, 'Set-Cookie': browserCookie } },
    },
    failures: [],
    pages: ['invalid_request', 'link_expired', 'broker_unavailable'],
  },
  'HEAD /connect/{linkId}': {
    id: 'peekConnectLink',
    tag: 'People and Deskera',
    summary: 'See whether a connect link would open; spends nothing',
    needs: null,
    answers: { 200: { description: 'It would.' } },
    failures: [],
    pages: ['link_expired', 'broker_unavailable'],
  },
};
