import { component } from './component.js';
import { text, type Schema } from './schemas.js';

/** The parts of our paths that stand for something. What can be none of ours is answered as one that does not exist. */
const parts: Readonly<Record<string, Schema>> = {
  tenantId: text('A customer of the platform.', {
    pattern: '^[A-Za-z0-9._:@-]{1,128}$',
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
  linkId: text('The secret part of a connect link.', {
    minLength: 1,
    examples: ['kD0wqkXv1nC8mZr2c5B7YwQ3hV9bT1xL4sJ6pR8uE0fa'],
  }),
};

/** @throws Error for a part that nobody has described */
export function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathParameter(name));
}

function pathParameter(name: string): object {
  const part = parts[name];
  if (part === undefined) throw new Error(`What is {${name}}? path-parameters.ts does not tell.`);
  const { description, ...schema } = part;
  return component('parameters', name, { name, in: 'path', required: true, description, schema });
}
