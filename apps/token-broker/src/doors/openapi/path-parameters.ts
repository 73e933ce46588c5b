import { component } from './component.js';
import { text, wholeNumber, type Schema } from './schemas.js';

/** The parts of our paths that stand for something. What can be none of ours is answered as one that does not exist. */
const parts: Readonly<Record<string, Schema>> = {
  tenantId: text('A customer of the platform.', {
    pattern: String.raw`^(?!\.{1,2}$)[A-Za-z0-9._:@-]{1,128}$`,
    examples: ['acme'],
  }),
  connectionId: text('Of a tenant’s connection.', {
    format: 'uuid',
    examples: ['3f0f3b8e-6a9e-4d2b-9d5c-111111111111'],
  }),
  sessionId: text('Of a connect session, as it was handed out when it was started.', {
    minLength: 1,
    examples: ['kD0wqkXv1nC8mZr2c5B7Yw'],
  }),
  keyId: text('Of a service key: its part between `dtb_` and the secret.', {
    pattern: '^[A-Za-z0-9-]{1,64}$',
    examples: ['0123456789abcdef'],
  }),
  number: wholeNumber('Of a secret, as it was told when it was made.', { minimum: 1, maximum: 999_999_999 }),
  webhookId: text('Of a webhook.', {
    format: 'uuid',
    examples: ['5f0f3b8e-6a9e-4d2b-9d5c-333333333333'],
  }),
  deliveryId: text('Of a webhook’s delivery.', {
    format: 'uuid',
    examples: ['6f0f3b8e-6a9e-4d2b-9d5c-444444444444'],
  }),
  linkId: text('The secret part of a connect link.', {
    minLength: 1,
    examples: ['kD0wqkXv1nC8mZr2c5B7YwQ3hV9bT1xL4sJ6pR8uE0fa'],
  }),
};

/**
 * @param own of this path alone
 * @throws Error for a part that nobody has described
 */
export function pathParameters(path: string, own: Readonly<Record<string, Schema>> = {}): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const part = own[name];
    return part === undefined ? pathParameter(name) : parameter(name, part);
  });
}

function pathParameter(name: string): object {
  const part = parts[name];
  if (part === undefined) throw new Error(`What is {${name}}? path-parameters.ts does not tell.`);
  return component('parameters', name, parameter(name, part));
}

function parameter(name: string, { description, ...schema }: Schema): object {
  return { name, in: 'path', required: true, description, schema };
}
