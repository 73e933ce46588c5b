import { Failure } from '#kernel';
import type { GrantImport } from '#tokens';
import { requestValidation } from '../../http/index.js';
import { GrantImportBody, grantImport } from '../../shapes/grant-import.js';

const validation = requestValidation();

/**
 * A line means what the same object means as the body of `POST /admin/api/connections`.
 * @throws Failure `invalid_request`, `invalid_tenant_id`; neither repeats anything of the line
 */
export async function grantInLine(text: string): Promise<GrantImport> {
  const body: unknown = await validation.transform(objectIn(text), {
    type: 'body',
    metatype: GrantImportBody,
  });
  return grantImport(body as GrantImportBody);
}

function objectIn(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure('invalid_request', 'The line is no JSON.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Failure('invalid_request', 'The line is no JSON object.');
}

/** The sentence, and which members are meant. */
export function wordsOf({ message, extensions }: Failure): string {
  const errors = extensions['errors'];
  if (!Array.isArray(errors)) return message;
  return (errors as { field: string; problem: string }[])
    .map(({ field, problem }) => `${field} ${problem}`)
    .join('; ');
}
