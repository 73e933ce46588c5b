import { json } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import { named, objectOf, text, wholeNumber } from '../openapi/schemas.js';
import type { CreatedSecretAnswer } from './service-keys.controller.js';

const created = named(
  'CreatedServiceKeySecret',
  objectOf<CreatedSecretAnswer>({
    keyId: text('The key’s, as before.'),
    number: wholeNumber('By which it is removed.', { minimum: 1 }),
    key: text('The whole key with this secret, as a caller sends it: `Authorization: Bearer …`.'),
  }),
);

const example: CreatedSecretAnswer = { keyId: '0123456789abcdef', number: 2, key: 'dtb_0123456789abcdef_…' };

export const serviceKeySecretOperations: Operations = {
  'POST /admin/api/service-keys/{keyId}/secrets': {
    id: 'addServiceKeySecret',
    tag: 'Service keys',
    summary: 'A second secret, so that services can change over before the first one is removed',
    needs: 'admin',
    answers: { 201: { description: 'The only answer that shows it.', content: json(created, example) } },
    failures: ['service_key_not_found', 'service_key_secrets_full'],
  },
  'DELETE /admin/api/service-keys/{keyId}/secrets/{number}': {
    id: 'removeServiceKeySecret',
    tag: 'Service keys',
    summary: 'Remove one of two secrets, on every replica',
    needs: 'admin',
    answers: { 204: { description: 'It opens nothing any more; the other one does.' } },
    failures: ['service_key_not_found', 'service_key_secret_not_found', 'service_key_last_secret'],
  },
};
